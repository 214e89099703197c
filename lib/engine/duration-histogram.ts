/** Buckets per doubling: the bounds of one are 19 % apart, so what is read from its middle is off by 9.1 % at most. */
const PER_DOUBLING = 4;

/** How far a percentile or an average of durations of at least 1 ms may be off, as a share of it. */
export const HISTOGRAM_ERROR = 2 ** (1 / (2 * PER_DOUBLING)) - 1;

/** Which bucket of the minute's histogram a duration belongs to: 0 below one millisecond. */
export function durationBucket(ms: number): number {
  return ms < 1 ? 0 : Math.floor(Math.log2(ms) * PER_DOUBLING) + 1;
}

/** Milliseconds: the upper bound of a bucket. */
export function bucketBound(bucket: number): number {
  return 2 ** (bucket / PER_DOUBLING);
}

function bucketMiddle(bucket: number): number {
  return bucket === 0 ? 0.5 : 2 ** ((bucket - 0.5) / PER_DOUBLING);
}

/** Durations by size. Those of several minutes, types or queues can be added up. */
export class DurationHistogram {
  private readonly counts = new Map<number, number>();
  count = 0;

  add(bucket: number, times: number): this {
    this.counts.set(bucket, (this.counts.get(bucket) ?? 0) + times);
    this.count += times;
    return this;
  }

  merge(other: DurationHistogram): this {
    for (const [bucket, times] of other.counts) this.add(bucket, times);
    return this;
  }

  /** Ascending. */
  get buckets(): readonly (readonly [bucket: number, times: number])[] {
    return [...this.counts].sort(([a], [b]) => a - b);
  }

  /** Milliseconds; undefined of nothing. */
  get average(): number | undefined {
    if (this.count === 0) return undefined;
    let sum = 0;
    for (const [bucket, times] of this.counts) sum += bucketMiddle(bucket) * times;
    return sum / this.count;
  }

  /** The smallest duration that `share` (0 to 1) of all do not exceed, in milliseconds; undefined of nothing. */
  percentile(share: number): number | undefined {
    let left = Math.max(1, Math.ceil(this.count * share));
    for (const [bucket, times] of this.buckets) {
      left -= times;
      if (left <= 0) return bucketMiddle(bucket);
    }
    return undefined;
  }
}
