import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueOneByOne, openWith, rateOf, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** Jobs enqueued one by one, then worked off by 100 slots: the rates, and what a job costs Redis and the worker. */
export async function wholeLife(field: Field, { jobs }: Size): Promise<Sample> {
  const { meter } = field;
  const delivery = new Delivery(jobs);
  const orders = ordersOf(0, jobs);
  const contest = await openWith(field, 100, delivery);

  const memoryBefore = await meter.memory();
  const redisBefore = await meter.cpu();
  const enqueue = await rateOf(jobs, () => enqueueOneByOne(contest, orders));
  const memory = (await meter.memory()) - memoryBefore;

  let node = process.cpuUsage();
  const process_ = await rateOf(jobs, async () => {
    node = process.cpuUsage();
    await workOff(contest, delivery, jobs);
    node = process.cpuUsage(node);
  });
  await contest.stop();
  const redis = (await meter.cpu()) - redisBefore;

  const delivered = delivery.exact(jobs, await contest.left());
  await contest.close();
  return {
    figures: {
      enqueue: [enqueue],
      process: [process_],
      redisCpuPerJob: [redis / jobs],
      redisBytesPerJob: [memory / jobs],
      nodeCpuPerJob: [(node.user + node.system) / jobs],
    },
    delivered,
  };
}
