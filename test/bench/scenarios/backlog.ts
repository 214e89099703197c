import type { Contest } from '../contestant.js';
import { Delivery } from '../delivery.js';
import { ordersOf } from '../order.js';
import { enqueueInBulk, openWith, rateOf, RUN_UP, workOff, type Field, type Sample, type Size } from '../scenario.js';

const AT_ONCE = 10_000;

/** The rate at which 100 slots work while many jobs wait, and while few do; alternating, on one server. */
export async function backlog(field: Field, { jobs, deep, shallow, rounds }: Size): Promise<Sample> {
  const many = await Heap.pile(field, 'deep', deep, jobs, rounds);
  const few = await Heap.pile(field, 'shallow', shallow, jobs, rounds);
  const backlogDeep: number[] = [];
  const backlogShallow: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const both = [async () => backlogDeep.push(await many.work()), async () => backlogShallow.push(await few.work())];
    for (const one of round % 2 === 0 ? both : both.reverse()) await one();
  }
  const delivered = (await many.close()) + (await few.close());
  // The first round warms up.
  return { figures: { backlogDeep: backlogDeep.slice(1), backlogShallow: backlogShallow.slice(1) }, delivered };
}

/** A queue in which so many jobs wait that `waiting` are left after each measurement. */
class Heap {
  private accepted = 0;

  private constructor(
    private readonly contest: Contest,
    private readonly delivery: Delivery,
    private readonly waiting: number,
    private readonly jobs: number,
  ) {}

  static async pile(field: Field, name: string, waiting: number, jobs: number, rounds: number): Promise<Heap> {
    // Each round may handle a few more than were asked for, while the worker drains.
    const delivery = new Delivery(waiting + 2 * (RUN_UP + jobs) * (rounds + 2));
    const contest = await openWith({ ...field, prefix: `${field.prefix}:${name}` }, 100, delivery);
    return new Heap(contest, delivery, waiting, jobs);
  }

  async work(): Promise<number> {
    await this.fill();
    const { jobs, delivery } = this;
    const goal = delivery.handled + RUN_UP + jobs;
    const rate = await rateOf(
      jobs,
      () => delivery.until(goal),
      () => workOff(this.contest, delivery, RUN_UP),
    );
    await this.contest.stop();
    return rate;
  }

  async close(): Promise<number> {
    const delivered = this.delivery.exact(this.accepted, await this.contest.left());
    await this.contest.close();
    return delivered;
  }

  private async fill(): Promise<void> {
    const goal = this.delivery.handled + this.waiting + RUN_UP + this.jobs;
    while (this.accepted < goal) {
      const next = Math.min(goal, this.accepted + AT_ONCE);
      const orders = ordersOf(this.accepted, next);
      const half = Math.ceil(orders.length / 2);
      // Nothing is timed here: while Redis takes the one half, the other is made ready.
      await Promise.all([orders.slice(0, half), orders.slice(half)].map((part) => enqueueInBulk(this.contest, part)));
      this.accepted = next;
    }
  }
}
