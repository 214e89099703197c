import { FIGURES_KEPT_MINUTES } from '../figure-names.js';
import type { MinuteFigures } from '../figures.port.js';

const MINUTE_MS = 60_000;

/** What happened in each minute of the last 25 hours. */
export class MemoryMinutes {
  private readonly minutes = new Map<number, Map<string, number>>();

  count(name: string, by: number, now: number): void {
    const figures = this.at(now);
    figures.set(name, (figures.get(name) ?? 0) + by);
  }

  note(name: string, value: number, now: number): void {
    this.at(now).set(name, value);
  }

  of(minute: number): MinuteFigures[] {
    const figures = this.minutes.get(minute);
    return figures ? [{ minute, figures: new Map(figures) }] : [];
  }

  private at(now: number): Map<string, number> {
    const minute = Math.floor(now / MINUTE_MS);
    let figures = this.minutes.get(minute);
    if (figures) return figures;
    for (const old of this.minutes.keys()) if (old <= minute - FIGURES_KEPT_MINUTES) this.minutes.delete(old);
    this.minutes.set(minute, (figures = new Map<string, number>()));
    return figures;
  }
}
