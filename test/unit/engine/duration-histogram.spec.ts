import { DurationHistogram, durationBucket, HISTOGRAM_ERROR } from '../../../lib/engine/duration-histogram.js';

/** Always the same numbers, so that a failure can be looked at. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function histogramOf(durations: readonly number[]): DurationHistogram {
  return durations.reduce((all, ms) => all.add(durationBucket(ms), 1), new DurationHistogram());
}

const off = (told: number, real: number): number => Math.abs(told - real) / real;

describe('the histogram of durations', () => {
  it('states by how much it is off', () => {
    expect(HISTOGRAM_ERROR).toBeGreaterThan(0.09);
    expect(HISTOGRAM_ERROR).toBeLessThan(0.091);
  });

  it.each([
    ['even', (random: () => number) => 1 + random() * 5_000],
    ['spread over six orders', (random: () => number) => 10 ** (random() * 6)],
    ['mostly short', (random: () => number) => 1 - Math.log(1 - random()) * 40],
    ['all the same', () => 137],
    ['at the bounds of its buckets', (random: () => number) => 2 ** Math.floor(random() * 12)],
  ])('tells percentiles and the average of durations that are %s within that', (_, duration) => {
    const random = numbers(7);
    const durations = Array.from({ length: 5_000 }, () => duration(random));
    const sorted = [...durations].sort((a, b) => a - b);
    const histogram = histogramOf(durations);
    for (const share of [0.01, 0.5, 0.95, 0.99, 1]) {
      const real = sorted[Math.max(0, Math.ceil(durations.length * share) - 1)];
      expect(off(histogram.percentile(share)!, real)).toBeLessThanOrEqual(HISTOGRAM_ERROR + 1e-9);
    }
    const average = durations.reduce((sum, ms) => sum + ms, 0) / durations.length;
    expect(off(histogram.average!, average)).toBeLessThanOrEqual(HISTOGRAM_ERROR + 1e-9);
  });

  it('is off by half a millisecond at most below one', () => {
    expect(Math.abs(histogramOf([0, 0.2, 0.9]).percentile(0.5)! - 0.2)).toBeLessThanOrEqual(0.5);
  });

  it('says the same of parts that were added up as of the whole', () => {
    const random = numbers(3);
    const durations = Array.from({ length: 600 }, () => 1 + random() * 900);
    const parts = [0, 200, 400].map((from) => histogramOf(durations.slice(from, from + 200)));
    const sum = parts.reduce((all, part) => all.merge(part), new DurationHistogram());
    expect(sum.buckets).toEqual(histogramOf(durations).buckets);
    expect(sum.percentile(0.95)).toBe(histogramOf(durations).percentile(0.95));
  });

  it('says nothing of nothing', () => {
    expect([new DurationHistogram().average, new DurationHistogram().percentile(0.5)]).toEqual([undefined, undefined]);
  });
});
