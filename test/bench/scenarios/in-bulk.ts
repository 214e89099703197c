import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, RUN_UP, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** Jobs enqueued many at once, then worked off by 10 slots. */
export async function inBulk(field: Field, { jobs }: Size): Promise<Sample> {
  const all = RUN_UP + jobs;
  const delivery = new Delivery(all);
  const first = ordersOf(0, RUN_UP);
  const timed = ordersOf(RUN_UP, all);
  const contest = await openWith(field, 10, delivery);
  const enqueueMany = await rateOf(
    jobs,
    () => enqueueInBulk(contest, timed),
    () => enqueueInBulk(contest, first),
  );
  const processAt10 = await rateOf(
    jobs,
    () => delivery.until(all),
    () => workOff(contest, delivery, RUN_UP),
  );
  await contest.stop();
  const delivered = delivery.exact(all, await contest.left());
  await contest.close();
  return { figures: { enqueueMany: [enqueueMany], processAt10: [processAt10] }, delivered };
}
