import type { AttemptRecord } from '../core/attempt.js';
import { failureGroup } from '../core/failure-group.js';
import { workerName } from '../core/worker-name.js';
import { formatJobId, type JobRef } from '../core/job-id.js';
import type { DeadLetterSummary } from '../core/job-snapshot.js';
import type { Burial } from './consumer.port.js';

/** An attempt or a job that ended without a runner to tell of it. */
export interface StoreEnding extends JobRef {
  readonly reason: 'stalled' | 'expired' | 'no_handler';
  readonly version: number;
  readonly key?: string | number;
  readonly life: number;
  /** Attempts begun in this life, this one included. */
  readonly attempt: number;
  readonly enqueuedAt: number;
  /** 0 when it never began. */
  readonly startedAt: number;
  /** Now, by the store's clock. */
  readonly at: number;
  readonly worker?: { readonly id: string; readonly host: string; readonly pid: number };
  /** What the workers announced of the type. */
  readonly policy?: {
    readonly owner?: string;
    readonly runbook?: string;
    readonly severity?: string;
    readonly compensatedBy?: string;
  };
}

const ERRORS = {
  stalled: { name: 'JobStalledError', message: 'its worker died or froze while it was running' },
  expired: { name: 'JobExpiredError', message: 'it was not begun within expiresIn' },
  no_handler: { name: 'NoHandlerError', message: 'no live worker handles its name and version' },
} as const;

/** JSON of the attempt record that the store writes. */
export function storeEntry(ending: StoreEnding): string {
  const entry: AttemptRecord = {
    attempt: ending.attempt,
    life: ending.life,
    outcome: ending.reason,
    error: { ...ERRORS[ending.reason], causes: [] },
    startedAt: ending.startedAt,
    endedAt: ending.at,
    worker: ending.worker,
  };
  return JSON.stringify(entry);
}

export function storeBurial(ending: StoreEnding): Burial {
  const error = ERRORS[ending.reason];
  const { group, groupLabel } = failureGroup(ending.type, error.name, error.message, ending.policy);
  const summary: Omit<DeadLetterSummary, 'buriedAt'> = {
    id: formatJobId(ending),
    name: ending.type,
    queue: ending.queue,
    version: ending.version,
    reason: ending.reason,
    idempotencyKey: ending.key,
    life: ending.life,
    attempts: ending.attempt,
    errorName: error.name,
    errorMessage: error.message,
    group,
    ...(ending.worker && { worker: workerName(ending.worker) }),
    enqueuedAt: ending.enqueuedAt,
    ...ending.policy,
  };
  return { reason: ending.reason, summary: JSON.stringify(summary), group, groupLabel };
}
