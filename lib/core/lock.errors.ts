import { VigilError } from './vigil.error.js';

/**
 * The lock of a cron entry was lost while its run went on: somebody else may have it now. The reason of `HeldLock.lost`, and so of the
 * run's signal.
 *
 * @example
 * if (context.signal.reason instanceof LockLostError) return;
 * @publicApi
 */
export class LockLostError extends VigilError {
  constructor(
    /** The entry whose lock it was. */
    readonly entry: string,
    detail: string,
    options?: { cause?: unknown },
  ) {
    super('LOCK_LOST', `the lock of cron entry '${entry}' was lost: ${detail}; this run must stop`, options);
  }
}

/**
 * Where the locks are kept can not be reached or did not answer in time. The lock is not held: what may have been taken is given back,
 * or ends with its time.
 *
 * @example
 * if (error instanceof LockUnavailableError) logger.warn(error.message);
 * @publicApi
 */
export class LockUnavailableError extends VigilError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('LOCK_UNAVAILABLE', message, options);
  }
}
