import type { Clock } from './clock.js';

export function monotonicOf(clock: Clock): () => number {
  return () => clock.monotonic?.() ?? clock.now();
}

/** The store's time as of its last answer, carried on by a clock that nobody sets. */
export class StoreClock {
  private readonly monotonic: () => number;
  private storeTime: number;
  private readAt: number;

  constructor(clock: Clock) {
    this.monotonic = monotonicOf(clock);
    this.storeTime = clock.now();
    this.readAt = this.monotonic();
  }

  sync(storeTime: number): void {
    this.storeTime = storeTime;
    this.readAt = this.monotonic();
  }

  now(): number {
    return Math.round(this.storeTime + this.monotonic() - this.readAt);
  }
}
