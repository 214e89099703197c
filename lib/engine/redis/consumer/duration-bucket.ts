/** Buckets per doubling: neighbours are 19 % apart, so a percentile read from them is off by no more. */
const PER_DOUBLING = 4;

/** Which bucket of the minute's histogram a duration belongs to: 0 below one millisecond. */
export function durationBucket(ms: number): number {
  return ms < 1 ? 0 : Math.floor(Math.log2(ms) * PER_DOUBLING) + 1;
}
