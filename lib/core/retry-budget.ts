import type { JobPolicy } from './job-policy.js';

const UNITS: readonly [string, number][] = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
];
/** What jitter leaves of a delay on average. */
const MEAN_JITTER = { none: 1, equal: 0.75, full: 0.5 };

/** How long a job that always fails stays alive, for the log at boot: `maxRetries 8: about 16 minutes in all`. */
export function describeRetryBudget({ maxRetries, backoff }: JobPolicy): string {
  if (maxRetries === 0) return 'maxRetries 0: one attempt, never retried';
  if (backoff.type === 'custom') return `maxRetries ${maxRetries}: waits by its own backoff function`;
  let total = 0;
  for (let n = 0; n < maxRetries; n++) {
    total += backoff.type === 'fixed' ? backoff.delayMs : Math.min(backoff.delayMs * 2 ** n, backoff.maxDelayMs);
  }
  return `maxRetries ${maxRetries}: about ${rounded(total * MEAN_JITTER[backoff.jitter])} in all`;
}

function rounded(ms: number): string {
  const [name, size] = UNITS.find(([, unit]) => ms >= 1.5 * unit) ?? ['millisecond', 1];
  const count = Math.round(ms / size);
  return `${count} ${name}${count === 1 ? '' : 's'}`;
}
