import type { JobRef } from '../core/job-id.js';
import type { CronAlert } from './cron.port.js';

export interface SweepOptions {
  readonly queue: string;
  readonly worker: string;
  /** Waiting jobs that no live worker handles are buried this long after a sweep first saw it so; never while the queue has no live worker. */
  readonly noHandlerGraceMs: number;
  /** From then on such jobs, and a queue with waiting jobs and no live worker, raise an alert: one until it mends. */
  readonly noHandlerAlertMs: number;
  /** At most one sweep of a queue in this time, over all workers. */
  readonly intervalMs: number;
  /**
   * What the dead letters of the queue may take, roughly. Above it, or when the store has used `MEMORY_SHARE` of what it may use, the
   * types of which jobs died lately are paused, with an alert that is not repeated before it mends or another type has to be paused.
   */
  readonly maxDeadLetterBytes?: number;
  /** Audit lines older than this are let go of. Without it, none is. */
  readonly auditRetentionMs?: number;
}

export interface SweepReport {
  /** False when another worker swept within the interval. */
  readonly swept: boolean;
  readonly promoted: number;
  readonly expired: readonly JobRef[];
  readonly stalled: readonly (JobRef & {
    readonly attempt: number;
    readonly stalls: number;
    readonly suspect: boolean;
    readonly buried: boolean;
    readonly worker: string;
  })[];
  /** Those buried for it. */
  readonly noHandler: readonly JobRef[];
  readonly tombstonesDeleted: number;
  /** Types that it paused for want of memory. */
  readonly paused: readonly string[];
}

/** An alert written by the script of what it tells, waiting to be delivered. */
export interface OutboxEntry {
  readonly entryId: string;
  readonly queue: string;
  readonly kind:
    | 'job.buried'
    | 'queue.no-worker'
    | 'job.no-handler'
    | 'queue.memory-pressure'
    | 'queue.ledger-broken'
    | CronAlert['kind'];
  readonly at: number;
  /** JSON: for a burial its summary. */
  readonly data: string;
  /** An alert counts it already: it was given out before. */
  readonly isCounted?: boolean;
}

/** What keeps the store in order. */
export interface JobMaintenance {
  /** Promotes what is due, takes back what dead workers held, ends what expired, deletes tombstones whose window is over. */
  sweep(options: SweepOptions): Promise<SweepReport>;

  /** Takes up to `limit` undelivered alerts for `holdMs`; one that is not acknowledged by then is given out again. */
  takeAlerts(queue: string, limit: number, holdMs: number): Promise<OutboxEntry[]>;

  acknowledgeAlerts(queue: string, entryIds: readonly string[]): Promise<void>;
}
