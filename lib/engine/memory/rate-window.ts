/** The latest starts of a type: an exact sliding window. */
export class RateWindow {
  private starts: number[] = [];
  private oldest = 0;

  /** How many more may start now. */
  room(max: number, perMs: number, now: number): number {
    while (this.oldest < this.starts.length && this.starts[this.oldest] <= now - perMs) this.oldest++;
    if (this.oldest > 1024 && this.oldest > this.starts.length / 2) {
      this.starts = this.starts.slice(this.oldest);
      this.oldest = 0;
    }
    return Math.max(0, max - (this.starts.length - this.oldest));
  }

  /** When a full window has room again. */
  opensAt(max: number, perMs: number): number {
    return this.starts[this.starts.length - max] + perMs;
  }

  add(now: number): void {
    this.starts.push(now);
  }
}
