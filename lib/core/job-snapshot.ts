import type { AttemptRecord } from './attempt.js';
import type { BurialReason, JobState } from './job-state.js';
import type { JobPriority } from './priority.js';
import type { ReplayRecord } from './replay-record.js';

/**
 * A job as the store knows it at this moment.
 *
 * @example
 * const job: JobSnapshot | undefined = await jobs.get(receipt.id);
 * @publicApi
 */
export interface JobSnapshot {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly version: number;
  readonly state: JobState;
  readonly priority: JobPriority;
  readonly idempotencyKey?: string | number;
  /** As it was sent; absent once the job ended and left only its tombstone. */
  readonly payload?: unknown;
  /** Present when the job completed and its type keeps results. */
  readonly result?: unknown;
  /** The last value given to `ctx.progress`. */
  readonly progress?: unknown;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly enqueuedAt?: number;
  /** When a scheduled job becomes due. */
  readonly dueAt?: number;
  readonly expiresAt?: number;
  readonly endedAt?: number;
  /** Attempts begun in this life, released and stalled ones included. */
  readonly attempt: number;
  readonly failures: number;
  readonly stalls: number;
  /** 0, and one more after each replay. */
  readonly life: number;
  /** When its present attempt was claimed; absent while none is under way. */
  readonly startedAt?: number;
  /** Someone asked for its cancellation while it was running. */
  readonly cancelRequested: boolean;
  /** What did not work, oldest first, over all lives. */
  readonly attempts: readonly AttemptRecord[];
  /** How each life after the first one began, oldest first. */
  readonly replays: readonly ReplayRecord[];
  /** Present while the job is dead. */
  readonly burial?: DeadLetterSummary;
}

/**
 * A job in the dead letter queue: what a list shows of it.
 *
 * @example
 * const { items }: { items: readonly DeadLetterSummary[] } = await deadLetters.list({ limit: 20 });
 * @publicApi
 */
export interface DeadLetterSummary {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
  readonly version: number;
  readonly reason: BurialReason;
  readonly idempotencyKey?: string | number;
  readonly life: number;
  readonly attempts: number;
  /** Failures of its last life, and how many attempts it was allowed; absent when no attempt of it failed here. */
  readonly failures?: number;
  readonly maxAttempts?: number;
  readonly errorName: string;
  /** At most 200 characters; `get` has the whole. */
  readonly errorMessage: string;
  readonly httpStatus?: number;
  /** Fingerprint of job name, error class and normalised message: the group it belongs to. */
  readonly group: string;
  /** Host and process of its last attempt, `host:pid`; absent when it never began. */
  readonly worker?: string;
  readonly enqueuedAt: number;
  readonly buriedAt: number;
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity?: string;
  /** Name of the job that its `onDead` runs as; absent without one. */
  readonly compensatedBy?: string;
}

/**
 * One page of a list, and where the next begins.
 *
 * @example
 * let page: Page<DeadLetterSummary> = await deadLetters.list({ limit: 100 });
 * while (page.nextCursor) page = await deadLetters.list({ limit: 100, cursor: page.nextCursor });
 * @publicApi
 */
export interface Page<T> {
  readonly items: readonly T[];
  /** Give it to the next call; absent on the last page. */
  readonly nextCursor?: string;
}
