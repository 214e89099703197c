import type { BackoffPolicy, JobFailure } from '../../../lib/core/job-policy.js';
import { backoffDelay } from '../../../lib/runner/backoff.js';

const failure = (failures: number): JobFailure => ({
  ...{ error: new Error('x'), failures, maxRetries: 8, jobId: 'id', jobName: 'task' },
});
const policy = (over: Partial<Exclude<BackoffPolicy, { type: 'custom' }>> = {}): BackoffPolicy => ({
  ...{ type: 'exponential', delayMs: 1_000, maxDelayMs: 60_000, jitter: 'none', ...over },
});

/** Park and Miller's generator: the same sequence in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

describe('the delay before a retry', () => {
  it('doubles up to its cap', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8].map((n) => backoffDelay(policy(), failure(n), () => 0));
    expect(delays).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
    expect(backoffDelay(policy(), failure(1_000_000), () => 0)).toBe(60_000);
    expect(backoffDelay(policy({ delayMs: 0 }), failure(1_000_000), () => 0)).toBe(0);
  });

  it('stays the same when fixed, below the cap', () => {
    expect([1, 5].map((n) => backoffDelay(policy({ type: 'fixed' }), failure(n), () => 0))).toEqual([1_000, 1_000]);
    expect(backoffDelay(policy({ type: 'fixed', delayMs: 90_000 }), failure(1), () => 0)).toBe(60_000);
  });

  it.each([
    ['full', 0, 8_000],
    ['equal', 4_000, 8_000],
  ] as const)('spreads evenly with %s jitter, between %d and %d ms', (jitter, lowest, highest) => {
    const random = seeded(42);
    const buckets = new Array<number>(10).fill(0);
    const draws = 20_000;
    for (let i = 0; i < draws; i++) {
      const delay = backoffDelay(policy({ jitter }), failure(4), random);
      expect(delay).toBeGreaterThanOrEqual(lowest);
      expect(delay).toBeLessThanOrEqual(highest);
      buckets[Math.min(9, Math.floor(((delay - lowest) / (highest - lowest)) * 10))]++;
    }
    // Chi-squared with nine degrees of freedom: 27.9 is passed by chance once in a thousand.
    const expected = draws / 10;
    const chiSquared = buckets.reduce((sum, n) => sum + (n - expected) ** 2 / expected, 0);
    expect(chiSquared).toBeLessThan(27.9);
  });

  it('asks a custom function, and refuses what is no duration', () => {
    const custom = (delayOf: (failure: JobFailure) => never): BackoffPolicy => ({ type: 'custom', delayOf });
    expect(
      backoffDelay(
        custom(({ failures }) => `${failures * 2}s` as never),
        failure(3),
        () => 0,
      ),
    ).toBe(6_000);
    expect(() =>
      backoffDelay(
        custom(() => 'soon' as never),
        failure(1),
        () => 0,
      ),
    ).toThrow(/'soon' is not a duration/);
  });
});
