import type { JobRef } from '../core/job-id.js';
import type { DeadLetterGroup } from '../core/dead-letter-group.js';
import type { DeadLetterSummary, Page } from '../core/job-snapshot.js';
import type { DeadLetterCopy, ImportOutcome } from './dead-letter-copy.js';
import type { DeadLetterMarks } from './dead-letter-marks.js';
import type { Actor } from './inspector.port.js';

/** All that is given must fit. */
export interface DeadLetterFilter extends DeadLetterMarks {
  readonly queue?: string;
  readonly type?: string;
}

/** Which groups: of one queue, of one type. */
export interface DeadLetterGroupFilter extends Pick<DeadLetterFilter, 'queue' | 'type'> {
  /** Burials of the last hours are counted as well. */
  readonly perHour?: boolean;
}

/**
 * `not_dead` tells the state it is in: somebody else was faster, or it never was dead. `other_life`: it is dead, but in another
 * life than the one that was meant.
 */
export type DeadLetterOutcome =
  | { readonly status: 'ok' }
  | { readonly status: 'not_dead'; readonly state: string }
  | { readonly status: 'other_life'; readonly life: number }
  | { readonly status: 'unknown' };

/** How the life after a replay differs from the one before. */
export interface Rebirth {
  /** The only life that is meant; without it, whichever is over. Must be given with a payload. */
  readonly life?: number;
  /** What replaces the payload: JSON text, and a hash as in an enqueue. */
  readonly payload?: { readonly text: string; readonly hash: string };
  /** JSON of the patch that leads from the old payload to the new one. */
  readonly patch?: string;
  /** Default true. */
  readonly keepSteps?: boolean;
  /** `ctx.idempotencyKey` becomes another one. Default false. */
  readonly newIdempotencyKey?: boolean;
}

export interface Resolution {
  /** The only life that is meant; without it, whichever is over. */
  readonly life?: number;
  /** It was exported before; the audit says so. */
  readonly exported?: boolean;
}

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
  readonly action:
    | 'replay'
    | 'resolve'
    | 'import'
    | 'pause'
    | 'resume'
    | 'cancel'
    | 'cron-run'
    | 'cron-pause'
    | 'cron-resume'
    | 'cron-forget'
    | 'silence'
    | 'unsilence'
    | 'plan-begun'
    | 'plan-advanced'
    | 'plan-paused'
    | 'plan-resumed'
    | 'plan-stopped'
    | 'plan-aborted'
    | 'plan-completed';
  readonly actor: string;
  readonly reason: string;
  /** A job's id, a job type, the queue, or the id of a plan or a silence. */
  readonly target: string;
  /** JSON of what stood there before: a dead letter's summary, `{"paused":boolean}`, `{"state":…}` of what was cancelled. */
  readonly before?: string;
  /** JSON of what stands there now: for a replay its state, and what was changed: `patch`, `keptSteps`, `newIdempotencyKey`. */
  readonly after?: string;
}

/** What operators do with dead letters, and the record of it. */
export interface JobDeadLetters {
  /**
   * Newest burial first, over all queues unless one is named. A page is short, or even empty, and yet has a cursor, where many
   * had to be looked at that do not fit (MOST_LETTERS_LOOKED_AT).
   * @throws VigilError `CURSOR_INVALID` for a cursor that no page ended with
   */
  deadLetters(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<Page<DeadLetterSummary>>;

  /**
   * Groups that have dead letters, the one with the newest burial first, over all queues unless one is named.
   * @throws VigilError `CURSOR_INVALID`
   */
  deadLetterGroups(filter: DeadLetterGroupFilter, limit: number, cursor?: string): Promise<Page<DeadLetterGroup>>;

  /**
   * Back to waiting: same id, key and history, and the same payload and remembered steps unless `rebirth` says otherwise; a new
   * life, in which attempts, failures and stalls count anew. Stands in the history.
   */
  replay(ref: JobRef, by: Actor, rebirth?: Rebirth): Promise<DeadLetterOutcome>;

  /** Declared settled: leaves the queue, answers `duplicate` for its window, its summary stands in the audit. */
  resolve(ref: JobRef, windowMs: number, by: Actor, resolution?: Resolution): Promise<DeadLetterOutcome>;

  /** All that is kept of it; undefined when it is not dead. */
  copyDead(ref: JobRef): Promise<DeadLetterCopy | undefined>;

  /** Puts a copy where the job was, dead as it was, and counts it as accepted anew. Nothing but its own tombstone is written over. */
  importDead(copy: DeadLetterCopy, by: Actor): Promise<ImportOutcome>;

  /**
   * Newest first.
   * @throws VigilError `CURSOR_INVALID`
   */
  audit(queue: string, limit: number, cursor?: string): Promise<Page<AuditEntry>>;
}
