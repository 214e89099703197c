import type { MetricsPoint } from './metrics-series.js';

/** A point has some 200 bytes, so that a day of one series takes 300 KB. */
const MOST_SERIES = 20;

/** Points of minutes that are over, which no longer change, by what was asked for. */
export class SeriesMemory {
  /** The one that was asked for last is the last. */
  private readonly series = new Map<string, Map<number, MetricsPoint>>();

  /** Known points of a series; what is added is known the next time. Those before `first` are let go of. */
  of(name: string, first: number): Map<number, MetricsPoint> {
    const points = this.series.get(name) ?? new Map<number, MetricsPoint>();
    this.series.delete(name);
    if (this.series.size >= MOST_SERIES) this.series.delete(this.series.keys().next().value as string);
    this.series.set(name, points);
    for (const minute of points.keys()) if (minute < first) points.delete(minute);
    return points;
  }
}
