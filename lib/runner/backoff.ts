import { parseDuration } from '../core/duration.js';
import type { BackoffPolicy, JobFailure } from '../core/job-policy.js';

/**
 * Milliseconds until the next attempt.
 *
 * @param random between 0 (included) and 1 (excluded)
 * @throws whatever a custom function throws, and VigilError `DURATION_INVALID` when it returns no duration
 */
export function backoffDelay(backoff: BackoffPolicy, failure: JobFailure, random: () => number): number {
  if (backoff.type === 'custom') return parseDuration(backoff.delayOf(failure), `the backoff of ${failure.jobName}`);
  const grown =
    backoff.type === 'fixed' || backoff.delayMs === 0 ? backoff.delayMs : backoff.delayMs * 2 ** (failure.failures - 1);
  const delay = Math.min(grown, backoff.maxDelayMs);
  switch (backoff.jitter) {
    case 'none':
      return Math.round(delay);
    case 'full':
      return Math.round(random() * delay);
    case 'equal':
      return Math.round(delay / 2 + (random() * delay) / 2);
  }
}
