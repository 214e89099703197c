import type { Clock } from '../core/clock.js';
import { soon } from './soon.js';

const SHORTEST_MS = 100;
const LONGEST_MS = 5_000;

/** The wait before the store is asked again: doubling, spread out so that a fleet does not come back all at once. */
export function retryPause(failures: number, random: () => number): number {
  const longest = Math.min(SHORTEST_MS * 2 ** failures, LONGEST_MS);
  return Math.round(longest / 2 + (random() * longest) / 2);
}

export function pause(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => {
    // Whoever pauses has something else that keeps the process alive, or should not hold it up.
    clock.schedule(ms, resolve, { unref: true });
  });
}

/** Waits for the promise, at most so long. @returns whether it settled in time */
export function settledWithin(clock: Clock, ms: number, promise: Promise<unknown>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const late = (): void => resolve(false);
    const cancel = ms > 0 ? clock.schedule(ms, late) : () => undefined;
    if (ms <= 0) soon(late);
    promise.finally(cancel).then(() => resolve(true), reject);
  });
}
