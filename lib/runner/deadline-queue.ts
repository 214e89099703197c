import type { CancelTimer, Clock } from '../core/clock.js';
import { monotonicOf } from '../core/store-clock.js';

/** Something to be told when its time is over. */
export interface Deadline {
  /** Set by the queue, on its monotonic clock. */
  deadlineAt: number;
  /** Set by the queue: the length it was added with. */
  deadlineMs: number;
  deadlineReached(): void;
}

/** Node fires a timer up to a millisecond early. */
const EARLY_MS = 1;
const KEPT_LENGTHS = 64;

/**
 * The deadlines of all attempts on one timer. Deadlines of one length come due in the order in which they were added, so a set
 * for each length, which keeps that order, is sorted by itself.
 */
export class DeadlineQueue {
  private readonly byLength = new Map<number, Set<Deadline>>();
  private readonly monotonic: () => number;
  private armedFor = Infinity;
  private disarm: CancelTimer | undefined;

  constructor(private readonly clock: Clock) {
    this.monotonic = monotonicOf(clock);
  }

  add(deadline: Deadline, ms: number): void {
    deadline.deadlineMs = ms;
    deadline.deadlineAt = this.monotonic() + ms;
    let sameLength = this.byLength.get(ms);
    if (!sameLength) {
      this.forgetEmptyLengths();
      this.byLength.set(ms, (sameLength = new Set()));
    }
    sameLength.add(deadline);
    if (deadline.deadlineAt < this.armedFor) this.arm(deadline.deadlineAt);
  }

  /** The timer stays: finding nothing when it fires is cheaper than moving it with every job. */
  remove(deadline: Deadline): void {
    this.byLength.get(deadline.deadlineMs)?.delete(deadline);
  }

  stop(): void {
    this.disarm?.();
    this.byLength.clear();
    this.armedFor = Infinity;
  }

  private arm(at: number): void {
    this.disarm?.();
    this.armedFor = at;
    this.disarm = this.clock.schedule(Math.max(0, at - this.monotonic()), () => this.fire(), { unref: true });
  }

  private fire(): void {
    this.armedFor = Infinity;
    const now = this.monotonic() + EARLY_MS;
    let next = Infinity;
    for (const sameLength of this.byLength.values()) {
      for (const deadline of sameLength) {
        if (deadline.deadlineAt > now) {
          next = Math.min(next, deadline.deadlineAt);
          break;
        }
        sameLength.delete(deadline);
        deadline.deadlineReached();
      }
    }
    // What a deadline added while it was being told has armed the timer already.
    if (next < this.armedFor) this.arm(next);
  }

  private forgetEmptyLengths(): void {
    if (this.byLength.size < KEPT_LENGTHS) return;
    for (const [ms, sameLength] of this.byLength) if (sameLength.size === 0) this.byLength.delete(ms);
  }
}
