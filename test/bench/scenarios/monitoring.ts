import type { Contest } from '../contestant.js';
import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, RUN_UP, workOff, type Field, type Sample, type Size } from '../scenario.js';

/** Of the first pairs nothing is kept: with less, the compiler is still measured. */
const WARM_UPS = 2;
/** Of the rounds of the others: the difference is small, and what else goes on hides it. */
const PAIRS_A_ROUND = 3;

/**
 * The rate at which 100 slots work while their application monitors as it does by default, and without; alternating, on one server.
 * What it does every 5 s rather than for each job falls into a timed part as rarely as into any other time.
 */
export async function monitoring(field: Field, { jobs, rounds }: Size): Promise<Sample> {
  const monitored: number[] = [];
  const unmonitored: number[] = [];
  const both = [
    async (): Promise<number> => monitored.push(await work(field, jobs, true)),
    async (): Promise<number> => unmonitored.push(await work(field, jobs, false)),
  ];
  const pairs = WARM_UPS + PAIRS_A_ROUND * rounds;
  for (let n = 0; n < pairs; n++) for (const one of n % 2 === 0 ? both : both.toReversed()) await one();
  return {
    figures: { monitored: monitored.slice(WARM_UPS), unmonitored: unmonitored.slice(WARM_UPS) },
    delivered: 2 * pairs * (RUN_UP + jobs),
  };
}

async function work(field: Field, jobs: number, isMonitored: boolean): Promise<number> {
  const all = RUN_UP + jobs;
  const delivery = new Delivery(all);
  const prefix = `${field.prefix}:${isMonitored ? 'monitored' : 'bare'}`;
  const contest = await openWith({ ...field, prefix }, 100, delivery);
  const { monitors } = contest;
  if (!monitors) throw new Error('it has no monitoring');
  if (!isMonitored) await monitors.end();
  await enqueueInBulk(contest, ordersOf(0, all));
  const rate = await rateOf(
    jobs,
    () => delivery.until(all),
    () => workOff(contest, delivery, RUN_UP),
  );
  await finish(contest, delivery, all);
  await field.meter.clear(prefix);
  return rate;
}

async function finish(contest: Contest, delivery: Delivery, all: number): Promise<void> {
  await contest.stop();
  delivery.exact(all, await contest.left());
  await contest.close();
}
