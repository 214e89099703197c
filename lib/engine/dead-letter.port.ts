import type { JobRef } from '../core/job-id.js';
import type { DeadLetterSummary, Page } from '../core/job-snapshot.js';
import type { Actor } from './inspector.port.js';

export interface DeadLetterFilter {
  readonly queue?: string;
  readonly type?: string;
}

/** `not_dead` tells the state it is in; somebody else was faster, or it never was dead. */
export type DeadLetterOutcome =
  { readonly status: 'ok' } | { readonly status: 'not_dead'; readonly state: string } | { readonly status: 'unknown' };

/**
 * What somebody did to a job or a queue, and why.
 *
 * @example
 * const line = ({ at, actor, action, target }: AuditEntry): string => `${at} ${actor} ${action} ${target}`;
 * @publicApi
 */
export interface AuditEntry {
  /** Sortable within its queue. */
  readonly entryId: string;
  readonly queue: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly at: number;
  readonly action: 'replay' | 'resolve' | 'pause' | 'resume' | 'cancel';
  readonly actor: string;
  readonly reason: string;
  /** A job's id, a job type, or the queue. */
  readonly target: string;
  /** JSON of what stood there before: a dead letter's summary, or `{"paused":boolean}`. */
  readonly before?: string;
}

/** What operators do with dead letters, and the record of it. */
export interface JobDeadLetters {
  /**
   * Newest burial first, over all queues unless one is named.
   * @throws VigilError `CURSOR_INVALID` for a cursor that no page ended with
   */
  deadLetters(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<Page<DeadLetterSummary>>;

  /** Back to waiting: same id, key, history and remembered steps; a new life, in which attempts, failures and stalls count anew. */
  replay(ref: JobRef, by: Actor): Promise<DeadLetterOutcome>;

  /** Declared settled: leaves the queue, answers `duplicate` for its window, its summary stands in the audit. */
  resolve(ref: JobRef, windowMs: number, by: Actor): Promise<DeadLetterOutcome>;

  /**
   * Newest first.
   * @throws VigilError `CURSOR_INVALID`
   */
  audit(queue: string, limit: number, cursor?: string): Promise<Page<AuditEntry>>;
}
