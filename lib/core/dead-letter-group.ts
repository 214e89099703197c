import type { BurialReason } from './job-state.js';

/**
 * Dead letters of one cause: the same job, error class and message, save what differs from one job to the next.
 *
 * @example
 * const worst = ({ name, count, message }: DeadLetterGroup): string => `${count} x ${name}: ${message}`;
 * @publicApi
 */
export interface DeadLetterGroup {
  /** Fingerprint, as in `DeadLetterSummary.group`: give it to `list`, `replayMany` or `resolveMany`. */
  readonly group: string;
  readonly queue: string;
  /** The job's name. */
  readonly name: string;
  readonly errorName: string;
  /** With `<n>`, `<id>`, `<url>`, `<host>`, `<email>`, `<time>`, `<uuid>` and `<text>` in the place of what differs. */
  readonly message: string;
  /** How many are dead now. */
  readonly count: number;
  /** Of the first burial since there was none of the group; milliseconds since the epoch, by the store's clock. */
  readonly firstSeenAt: number;
  /** Of the newest burial, whether or not that job is still dead. */
  readonly lastSeenAt: number;
  /** Why they were buried. */
  readonly reasons: readonly BurialReason[];
  /** Payload versions concerned, the first ten. */
  readonly versions: readonly number[];
  /** `host:pid` of the workers concerned, the first ten. */
  readonly workers: readonly string[];
  /** Ids of the newest, at most three. */
  readonly samples: readonly string[];
  /**
   * Of those that are dead now, how many were buried in each of the last 24 hours, the oldest first and the last one up to now. Only where
   * it was asked for.
   */
  readonly perHour?: readonly number[];
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity?: string;
}
