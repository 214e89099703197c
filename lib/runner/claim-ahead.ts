import type { CancelTimer, Clock } from '../core/clock.js';
import type { RunningAttempt } from './running-attempt.js';
import type { SlotShare } from './slot-pool.js';

/** Nothing that was claimed waits longer than this for its handler to begin: then others may have it. */
const LONGEST_WAIT_MS = 20;
const MOST_AHEAD = 64;
/** A store that answers sooner leaves nothing to be gained. */
const SHORTEST_TRIP_MS = 0.05;
/** One that took longer was away, or the process was busy: such a trip is no measure of the next. */
const LONGEST_TRIP_MS = 5;
/** How much the last one counts in an average. */
const WEIGHT = 1 / 16;

export interface WaitingAttempt extends RunningAttempt {
  start(): void;
}

export interface ClaimAheadOptions {
  /** Of the pool. */
  readonly size: number;
  readonly slots: Pick<SlotShare, 'reserve' | 'fill'>;
  readonly clock: Clock;
  readonly monotonic: () => number;
}

/**
 * Jobs claimed beyond the free slots, where handlers are done sooner than the store answers: as many as come to their turn within
 * one round trip. At no time do more handlers run than there are slots. What a slow handler keeps waiting is given back.
 */
export class ClaimAhead {
  /** With the times at which they came, the longest waiting first. */
  private readonly waiting = new Map<WaitingAttempt, number>();
  private asked = 0;
  private tripMs = 0;
  // Slow until many were seen to be quick.
  private attemptMs = LONGEST_WAIT_MS;
  private cancelLook: CancelTimer | undefined;

  constructor(private readonly options: ClaimAheadOptions) {}

  /** How many a turn that begins now may claim beyond the free slots; `answered` takes them back. */
  ask(): number {
    const { tripMs, attemptMs } = this;
    if (tripMs < SHORTEST_TRIP_MS || attemptMs >= LONGEST_WAIT_MS) return 0;
    const within = Math.floor((this.options.size * tripMs) / Math.max(attemptMs, 0.001));
    const ahead = Math.max(0, Math.min(within, MOST_AHEAD) - this.waiting.size - this.asked);
    this.asked += ahead;
    return ahead;
  }

  answered(asked: number): void {
    this.asked -= asked;
  }

  /** A turn took so long. */
  trip(ms: number): void {
    this.tripMs += (Math.min(ms, LONGEST_TRIP_MS) - this.tripMs) * WEIGHT;
  }

  /** A handler took so long. */
  ran(ms: number): void {
    this.attemptMs += (Math.min(ms, LONGEST_WAIT_MS) - this.attemptMs) * WEIGHT;
  }

  add(attempt: WaitingAttempt): void {
    this.waiting.set(attempt, this.options.monotonic());
    this.cancelLook ??= this.lookIn(LONGEST_WAIT_MS);
  }

  /** Those that waited longest, as slots are free for them. */
  begin(): void {
    const { slots } = this.options;
    for (const attempt of this.waiting.keys()) {
      if (slots.reserve(1) === 0) return;
      slots.fill(1, 1);
      this.waiting.delete(attempt);
      attempt.start();
    }
  }

  /** @returns whether it waited */
  drop(attempt: RunningAttempt): boolean {
    return this.waiting.delete(attempt as WaitingAttempt);
  }

  /** All of them, the last one first, so that the store has them in their order again. */
  giveBack(): void {
    for (const attempt of [...this.waiting.keys()].reverse()) attempt.giveBack();
  }

  private lookIn(ms: number): CancelTimer {
    return this.options.clock.schedule(ms, () => this.look(), { unref: true });
  }

  private look(): void {
    this.cancelLook = undefined;
    const [since] = this.waiting.values();
    if (since === undefined) return;
    const left = since + LONGEST_WAIT_MS - this.options.monotonic();
    if (left > 1) {
      this.cancelLook = this.lookIn(left);
      return;
    }
    this.attemptMs = LONGEST_WAIT_MS;
    this.giveBack();
  }
}
