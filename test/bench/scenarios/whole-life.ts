import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueOneByOne, openWith, rateOf, RUN_UP, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** Jobs enqueued one by one, then worked off by 100 slots: the rates, and what a job costs Redis and the worker. */
export async function wholeLife(field: Field, { jobs }: Size): Promise<Sample> {
  const { meter } = field;
  const all = RUN_UP + jobs;
  const delivery = new Delivery(all);
  const first = ordersOf(0, RUN_UP);
  const timed = ordersOf(RUN_UP, all);
  const contest = await openWith(field, 100, delivery);

  const memoryBefore = await meter.memory();
  const redisBefore = await meter.cpu();
  const enqueue = await rateOf(
    jobs,
    () => enqueueOneByOne(contest, timed),
    () => enqueueOneByOne(contest, first),
  );
  const memory = (await meter.memory()) - memoryBefore;

  let node = process.cpuUsage();
  const process_ = await rateOf(
    jobs,
    async () => {
      node = process.cpuUsage();
      await delivery.until(all);
      node = process.cpuUsage(node);
    },
    () => workOff(contest, delivery, RUN_UP),
  );
  await contest.stop();
  const redis = (await meter.cpu()) - redisBefore;

  const delivered = delivery.exact(all, await contest.left());
  await contest.close();
  return {
    figures: {
      enqueue: [enqueue],
      process: [process_],
      redisCpuPerJob: [redis / all],
      redisBytesPerJob: [memory / all],
      nodeCpuPerJob: [(node.user + node.system) / jobs],
    },
    delivered,
  };
}
