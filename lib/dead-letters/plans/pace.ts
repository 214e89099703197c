/** Spends so much a second, and saves up no more than for `burstMs`. */
export class Pace {
  private credit: number;
  private readonly most: number;

  constructor(
    private readonly ratePerSecond: number,
    burstMs: number,
    private lastAt: number,
  ) {
    this.most = Math.max(1, (ratePerSecond * burstMs) / 1_000);
    this.credit = this.most;
  }

  /** How many may go now. */
  allowance(now: number): number {
    const earned = (Math.max(0, now - this.lastAt) * this.ratePerSecond) / 1_000;
    this.credit = Math.min(this.most, this.credit + earned);
    this.lastAt = now;
    return Math.floor(this.credit);
  }

  spend(count: number): void {
    this.credit -= count;
  }
}
