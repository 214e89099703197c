import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** Jobs enqueued many at once, then worked off by 10 slots. */
export async function inBulk(field: Field, { jobs }: Size): Promise<Sample> {
  const delivery = new Delivery(jobs);
  const orders = ordersOf(0, jobs);
  const contest = await openWith(field, 10, delivery);
  const enqueueMany = await rateOf(jobs, () => enqueueInBulk(contest, orders));
  const processAt10 = await rateOf(jobs, () => workOff(contest, delivery, jobs));
  await contest.stop();
  const delivered = delivery.exact(jobs, await contest.left());
  await contest.close();
  return { figures: { enqueueMany: [enqueueMany], processAt10: [processAt10] }, delivered };
}
