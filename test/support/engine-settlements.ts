import type { AttemptRecord } from '../../lib/core/attempt.js';
import { formatJobId } from '../../lib/core/job-id.js';
import type { DeadLetterSummary } from '../../lib/core/job-snapshot.js';
import type { BurialReason } from '../../lib/core/job-state.js';
import type { ClaimedJob, Held, Settlement } from '../../lib/engine/consumer.port.js';

const DAY_MS = 86_400_000;

/** What a write of the attempt must show; nothing else of the job. */
export function heldOf({ queue, type, slotKey, op, life, version, lease, head }: ClaimedJob): Held {
  return { queue, type, slotKey, op, life, version, lease, head };
}

export function completed(
  job: ClaimedJob,
  { windowMs = DAY_MS, result }: { windowMs?: number; result?: string } = {},
): Settlement {
  return { ...heldOf(job), kind: 'completed', windowMs, durationMs: 1, ...(result !== undefined && { result }) };
}

export function retried(job: ClaimedJob, { delayMs = 0, error = 'Error' } = {}): Settlement {
  return { ...heldOf(job), kind: 'retry', delayMs, entry: entryOf(job, error), durationMs: 1 };
}

interface BurialOptions {
  readonly reason?: BurialReason;
  readonly error?: string;
  readonly message?: string;
  readonly httpStatus?: number;
  readonly worker?: string;
}

export function buried(
  job: ClaimedJob,
  { reason = 'exhausted', error = 'Error', message = 'it did not work', httpStatus, worker }: BurialOptions = {},
): Settlement {
  const summary: Omit<DeadLetterSummary, 'buriedAt'> = {
    id: formatJobId(job),
    name: job.type,
    queue: job.queue,
    version: job.version,
    reason,
    ...(job.key !== undefined && { idempotencyKey: job.key }),
    life: job.life,
    attempts: job.attempt,
    errorName: error,
    errorMessage: message,
    httpStatus,
    worker,
    group: `group of ${error}`,
    enqueuedAt: job.enqueuedAt,
    owner: 'team-a',
  };
  return {
    ...heldOf(job),
    kind: 'buried',
    reason,
    entry: entryOf(job, error),
    durationMs: 1,
    summary: JSON.stringify(summary),
    group: summary.group,
    groupLabel: JSON.stringify({ name: job.type, errorName: error, message, owner: 'team-a' }),
  };
}

export function released(job: ClaimedJob, delayMs = 0, unbegun = false): Settlement {
  return { ...heldOf(job), kind: 'released', delayMs, unbegun };
}

export function cancelled(job: ClaimedJob, windowMs = DAY_MS): Settlement {
  return { ...heldOf(job), kind: 'cancelled', windowMs };
}

function entryOf(job: ClaimedJob, error: string): string {
  const entry: AttemptRecord = {
    attempt: job.attempt,
    life: job.life,
    outcome: 'failed',
    error: {
      name: error,
      message: 'it did not work',
      stack: `${error}: it did not work\n    at somewhere`,
      causes: [],
    },
    startedAt: job.startedAt,
    endedAt: job.startedAt + 1,
  };
  return JSON.stringify(entry);
}
