/**
 * One link of an error's cause chain.
 *
 * @example
 * const link: ErrorCause = { name: 'Error', message: 'connect ECONNREFUSED' };
 * @publicApi
 */
export interface ErrorCause {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
}

/**
 * An error as it is kept: at most 8 KiB together with its attempt, cut where longer.
 *
 * @example
 * const kept: RecordedError = { name: 'TypeError', message: 'fetch failed', causes: [] };
 * @publicApi
 */
export interface RecordedError {
  /** The error's class, or the kind of value that was thrown when it was no Error. */
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  /** The HTTP status found on the error. */
  readonly httpStatus?: number;
  /** The cause chain, nearest first, at most five. */
  readonly causes: readonly ErrorCause[];
}

/**
 * What is kept of one attempt that did not complete its job.
 *
 * @example
 * const attempts: readonly AttemptRecord[] = (await deadLetters.get(id))?.history ?? [];
 * @publicApi
 */
export interface AttemptRecord {
  /** From 1, counted anew in each life. */
  readonly attempt: number;
  /** 0 for the job's first life, one more after each replay. */
  readonly life: number;
  readonly outcome: 'failed' | 'timeout' | 'stalled' | 'cancelled' | 'expired' | 'no_handler' | 'lost-lock';
  readonly error?: RecordedError;
  /** Milliseconds since the epoch, by the store's clock; 0 when the attempt never began. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** Host, process id and worker id of whoever ran it. */
  readonly worker?: { readonly id: string; readonly host: string; readonly pid: number };
  /** When the next attempt is due; absent when there is none. */
  readonly nextRetryAt?: number;
  /** True where the middle of a long history was shortened to number, class and time. */
  readonly abridged?: boolean;
}
