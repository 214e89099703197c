import type { AttemptRecord } from '../core/attempt.js';
import { failureGroup } from '../core/failure-group.js';
import { isKeyless } from '../core/job-id.js';
import type { DeadLetterSummary } from '../core/job-snapshot.js';
import type { BurialReason } from '../core/job-state.js';
import { cutText } from '../core/text-limit.js';
import { workerName } from '../core/worker-name.js';
import type { Burial, Settlement } from '../engine/consumer.port.js';
import { CANCELLED_WINDOW_MS } from '../engine/store-limits.js';
import type { FailureFacts } from './attempt-outcome.js';
import type { RunningAttempt } from './running-attempt.js';
import type { WorkerIdentity } from './worker-identity.js';

const LONGEST_SUMMARY_MESSAGE = 200;

/** Who settles, and what of it is the same for every job. */
export interface SettlementTerms {
  readonly worker: WorkerIdentity;
  /** For how long the end of a job without key and result can be asked about; 0 leaves nothing. */
  readonly retentionMs: number;
}

/** What the store is told of an attempt's end. One that lost its job has nothing to say, and would only be refused. */
export function settlementOf(attempt: RunningAttempt, terms: SettlementTerms, storeNow: number): Settlement {
  const { outcome } = attempt;
  if (outcome?.kind === 'completed') return completedOf(attempt, outcome.result, terms);
  const { durationMs, held } = attempt;
  switch (outcome?.kind) {
    case 'retry': {
      const entry = entryOf(attempt, terms, outcome.failed, storeNow, storeNow + outcome.delayMs);
      const { delayMs, uncounted } = outcome;
      return { ...held, kind: 'retry', delayMs, entry, durationMs, ...(uncounted && { uncounted }) };
    }
    case 'buried': {
      const entry = entryOf(attempt, terms, outcome.failed, storeNow);
      return {
        ...held,
        kind: 'buried',
        entry,
        durationMs,
        ...burialOf(attempt, terms, outcome.reason, outcome.failed),
      };
    }
    case 'cancelled': {
      const entry = outcome.failed && entryOf(attempt, terms, outcome.failed, storeNow);
      return { ...held, kind: 'cancelled', windowMs: CANCELLED_WINDOW_MS, entry };
    }
    case 'released':
      return { ...held, kind: 'released', delayMs: outcome.delayMs, unbegun: outcome.why === 'unbegun' };
    case 'lost':
    case undefined:
      return { ...held, kind: 'released', delayMs: 0, unbegun: false };
  }
}

/** Written out, because spreading objects is what takes longest on this path, which every job takes. */
function completedOf(attempt: RunningAttempt, result: string | undefined, terms: SettlementTerms): Settlement {
  const { job, durationMs } = attempt;
  return {
    queue: job.queue,
    type: job.type,
    slotKey: job.slotKey,
    op: job.op,
    life: job.life,
    version: job.version,
    lease: job.lease,
    head: job.head,
    kind: 'completed',
    windowMs: windowOf(attempt, result, terms),
    result,
    durationMs,
  };
}

function windowOf({ job, registered }: RunningAttempt, result: string | undefined, terms: SettlementTerms): number {
  const { idempotencyWindowMs } = registered.definition.policy;
  return isKeyless(job.slotKey) && result === undefined
    ? terms.retentionMs
    : Math.max(idempotencyWindowMs, terms.retentionMs);
}

function entryOf(
  { job }: RunningAttempt,
  { worker }: SettlementTerms,
  failed: FailureFacts,
  storeNow: number,
  nextRetryAt?: number,
): string {
  const entry: AttemptRecord = {
    attempt: job.attempt,
    life: job.life,
    outcome: failed.outcome,
    error: failed.error,
    startedAt: failed.outcome === 'expired' ? 0 : job.startedAt,
    endedAt: storeNow,
    worker,
    nextRetryAt,
  };
  return JSON.stringify(entry);
}

function burialOf(
  { job, registered, maxRetries }: RunningAttempt,
  { worker }: SettlementTerms,
  reason: BurialReason,
  failed: FailureFacts,
): Burial {
  const { owner, runbook, severity } = registered.definition.policy;
  const { error, failures } = failed;
  const { group, groupLabel } = failureGroup(job.type, error.name, error.message, registered.definition.policy);
  const summary: Omit<DeadLetterSummary, 'buriedAt'> = {
    id: job.id,
    name: job.type,
    queue: job.queue,
    version: job.version,
    reason,
    idempotencyKey: job.key,
    life: job.life,
    attempts: job.attempt,
    failures,
    maxAttempts: 1 + maxRetries,
    errorName: error.name,
    errorMessage: cutText(error.message, LONGEST_SUMMARY_MESSAGE),
    httpStatus: error.httpStatus,
    group,
    ...(failed.outcome !== 'expired' && { worker: workerName(worker) }),
    enqueuedAt: job.enqueuedAt,
    owner,
    runbook,
    severity,
    compensatedBy: registered.definition.compensatedBy,
  };
  return { reason, summary: JSON.stringify(summary), group, groupLabel };
}
