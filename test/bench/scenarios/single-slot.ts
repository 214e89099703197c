import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** One job after the other. Each waits for a round trip, so a quarter of the jobs is enough. */
export async function singleSlot(field: Field, size: Size): Promise<Sample> {
  const jobs = Math.ceil(size.jobs / 4);
  const delivery = new Delivery(jobs);
  const contest = await openWith(field, 1, delivery);
  await enqueueInBulk(contest, ordersOf(0, jobs));
  const processAt1 = await rateOf(jobs, () => workOff(contest, delivery, jobs));
  await contest.stop();
  const delivered = delivery.exact(jobs, await contest.left());
  await contest.close();
  return { figures: { processAt1: [processAt1] }, delivered };
}
