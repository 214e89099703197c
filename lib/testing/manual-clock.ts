import type { CancelTimer, Clock } from '../core/clock.js';
import { parseDuration, type Duration } from '../core/duration.js';
import { IndexedHeap } from '../engine/memory/indexed-heap.js';

// Taken at load, so that a test's fake timers do not stand still under it.
const immediately = setImmediate;

/** A timer's work may go through several ticks (a turn, an attempt, its settlement) before it comes to rest. */
const TICKS_TO_REST = 5;

/**
 * A clock that stands still until a test moves it.
 *
 * @example
 * const clock = new ManualClock();
 * await clock.advance('5m');
 * @publicApi
 */
export class ManualClock implements Clock {
  private readonly timers = new IndexedHeap<() => void>();
  private time: number;
  private moving: Promise<void> = Promise.resolve();

  /** @param start where it begins; default is the real time, so that dates made by the code under test fit */
  constructor(start: Date | number = Date.now()) {
    this.time = Number(start);
  }

  now(): number {
    return this.time;
  }

  schedule(ms: number, run: () => void): CancelTimer {
    const place = this.timers.add(this.time + Math.max(0, ms), run);
    return () => this.timers.remove(place);
  }

  /**
   * Moves time forward. Fires every timer on the way at its own time and in order, and lets promises settle after each, so
   * that what they start can set timers which still fall into the span.
   *
   * @throws VigilError `DURATION_INVALID`
   * @example
   * await clock.advance('1h');
   */
  async advance(duration: Duration): Promise<void> {
    const ms = parseDuration(duration, 'ManualClock.advance');
    const move = this.moving.then(() => this.moveTo(this.time + ms));
    // A later call must not fail for an earlier one, whose own caller was told.
    this.moving = move.catch(() => undefined);
    return move;
  }

  private async moveTo(target: number): Promise<void> {
    await this.settle();
    for (let next = this.timers.first; next && next.at <= target; next = this.timers.first) {
      this.time = Math.max(this.time, next.at);
      this.timers.remove(next);
      next.value();
      await this.settle();
    }
    this.time = target;
    await this.settle();
  }

  /** @internal lets come to rest what a timer set off, before time moves on */
  protected settle(): Promise<void> {
    return rest();
  }
}

async function rest(): Promise<void> {
  for (let tick = 0; tick < TICKS_TO_REST; tick++) await new Promise<void>((resolve) => immediately(resolve));
}
