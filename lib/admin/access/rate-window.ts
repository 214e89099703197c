/** Of people who change something within one span; more of them make room for each other. */
const MOST_NAMES = 1_000;

/** How often each name came in the last span. */
export class RateWindow {
  private readonly times = new Map<string, number[]>();

  constructor(
    private readonly max: number,
    private readonly perMs: number,
  ) {}

  /** Counts it, and returns 0; or, where it is too much, the milliseconds after which it is not. */
  take(name: string, now: number): number {
    const recent = (this.times.get(name) ?? []).filter((at) => at > now - this.perMs);
    // Last in the map are those who came last.
    this.times.delete(name);
    if (this.times.size >= MOST_NAMES) this.times.delete(this.times.keys().next().value as string);
    const tooSoon = recent.length >= this.max;
    this.times.set(name, tooSoon ? recent : [...recent, now]);
    return tooSoon ? recent[0] + this.perMs - now : 0;
  }
}
