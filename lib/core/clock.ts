/** Stops a timer; calling it again, or after the timer fired, does nothing. */
export type CancelTimer = () => void;

/**
 * Where time comes from, so that tests can move it by hand.
 *
 * @example
 * const clock: Clock = new ManualClock();
 * @publicApi
 */
export interface Clock {
  /** Milliseconds since the Unix epoch. */
  now(): number;
  /** Milliseconds from any fixed start, untouched when somebody sets the computer's clock. Default: `now()`. */
  monotonic?(): number;
  /** Calls `run` once, `ms` milliseconds from now. Never keeps the process alive when `unref` is true. */
  schedule(ms: number, run: () => void, options?: { unref?: boolean }): CancelTimer;
}

/** Node fires a timer above this at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  schedule(ms, run, options) {
    let timer: NodeJS.Timeout;
    const arm = (left: number): void => {
      timer = setTimeout(
        () => (left > LONGEST_TIMER_MS ? arm(left - LONGEST_TIMER_MS) : run()),
        Math.min(left, LONGEST_TIMER_MS),
      );
      if (options?.unref) timer.unref();
    };
    arm(Math.max(0, ms));
    return () => clearTimeout(timer);
  },
};
