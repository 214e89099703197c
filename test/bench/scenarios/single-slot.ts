import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, RUN_UP, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** One job after the other. Each waits for a round trip, so a quarter of them is enough. */
export async function singleSlot(field: Field, size: Size): Promise<Sample> {
  const [jobs, runUp] = [Math.ceil(size.jobs / 4), RUN_UP / 4];
  const delivery = new Delivery(runUp + jobs);
  const contest = await openWith(field, 1, delivery);
  await enqueueInBulk(contest, ordersOf(0, runUp + jobs));
  const processAt1 = await rateOf(
    jobs,
    () => delivery.until(runUp + jobs),
    () => workOff(contest, delivery, runUp),
  );
  await contest.stop();
  const delivered = delivery.exact(runUp + jobs, await contest.left());
  await contest.close();
  return { figures: { processAt1: [processAt1] }, delivered };
}
