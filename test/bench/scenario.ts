import type { Contest, Contestant } from './contestant.js';
import type { Delivery } from './delivery.js';
import type { Order } from './order.js';
import type { RedisMeter } from './redis-meter.js';

/** How much of everything. */
export interface Size {
  /** Where jobs are many; slower scenarios take a part of it. */
  readonly jobs: number;
  /** Jobs whose pickup is timed. */
  readonly pickups: number;
  /** Waiting jobs: many, and few. */
  readonly deep: number;
  readonly shallow: number;
  /** For those that alternate within themselves. */
  readonly rounds: number;
}

export interface Field {
  readonly contestant: Contestant;
  readonly url: string;
  readonly prefix: string;
  readonly meter: RedisMeter;
}

/** What one round brought: figures by name, and how many jobs were handled, each exactly once. */
export interface Sample {
  readonly figures: Readonly<Record<string, readonly number[]>>;
  readonly delivered: number;
}

export type Scenario = (field: Field, size: Size) => Promise<Sample>;

/** Jobs that run up to those that are timed. */
export const RUN_UP = 2_000;
const IN_FLIGHT = 200;
const AT_ONCE = 1_000;

/** Opens the contestant with a handler that ticks off its orders. */
export function openWith(
  { contestant, url, prefix }: Field,
  concurrency: number,
  delivery: Delivery,
): Promise<Contest> {
  return contestant.open({ url, prefix, concurrency, handle: delivery.handle });
}

/** One call a job; no more than 200 wait for their answer at any time. */
export async function enqueueOneByOne(contest: Contest, orders: readonly Order[]): Promise<void> {
  const rest = orders.values();
  const lane = async (): Promise<void> => {
    // The lanes share the iterator.
    for (const order of rest) await contest.enqueue(order);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
}

/** 1,000 jobs a call, one call after the other. */
export async function enqueueInBulk(contest: Contest, orders: readonly Order[]): Promise<void> {
  for (let n = 0; n < orders.length; n += AT_ONCE) await contest.enqueueMany(orders.slice(n, n + AT_ONCE));
}

/** Lets the worker work until so many orders more were handled. */
export async function workOff(contest: Contest, delivery: Delivery, orders: number): Promise<void> {
  await Promise.all([delivery.until(delivery.handled + orders), contest.start()]);
}

/**
 * Per second, from what it took. The garbage of what came before is none of its business; but to collect it throws away machine
 * code, too, so that some of the same work, which is not timed, runs up to it.
 */
export async function rateOf(count: number, work: () => Promise<void>, runUp: () => Promise<void>): Promise<number> {
  globalThis.gc?.();
  await runUp();
  const began = performance.now();
  await work();
  return (count * 1_000) / (performance.now() - began);
}
