import type { JobSpan, JobTracer, SpanEnd } from '../core/job-tracer.js';
import type { AttemptOutcome } from './attempt-outcome.js';
import type { RunningAttempt } from './running-attempt.js';

export function beginSpan(tracer: JobTracer, { job, maxRetries }: RunningAttempt): JobSpan {
  const { id, queue, type: name, attempt, failures, overrides } = job;
  return tracer.attempt({ id, queue, name, attempt, failures, maxAttempts: 1 + maxRetries, origin: overrides?.trace });
}

/** As this worker judged it: whether the store believes it is not known yet. */
export function endSpan(span: JobSpan, outcome: AttemptOutcome, stopped: Error | undefined): void {
  span.end(spanEnd(outcome, stopped));
}

function spanEnd(outcome: AttemptOutcome, stopped: Error | undefined): SpanEnd {
  switch (outcome.kind) {
    case 'retry':
      return {
        outcome: 'retry',
        error: outcome.failed.error,
        details: { 'vigil.retry_delay_ms': Math.round(outcome.delayMs) },
      };
    case 'buried':
      return { outcome: 'buried', error: outcome.failed.error, details: { 'vigil.burial_reason': outcome.reason } };
    case 'lost':
      return { outcome: 'lease_lost', error: stopped };
    default:
      return { outcome: outcome.kind };
  }
}
