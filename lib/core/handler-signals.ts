import { parseDuration, type Duration } from './duration.js';
import { VigilError } from './vigil.error.js';

/**
 * Throw it when another attempt can not help: the job is buried at once, reason `non_retryable`.
 *
 * @example
 * if (!order.customer) throw new NonRetryableJobError(`order ${order.orderId} has no customer`);
 * @publicApi
 */
export class NonRetryableJobError extends VigilError {
  constructor(message: string, options?: { cause?: unknown }) {
    super('JOB_NON_RETRYABLE', message, options);
  }
}

/**
 * Throw it to be tried again after a time of your own choosing. Counts as a failure; when no retry is left the job is buried.
 *
 * @example
 * if (report.status === 'pending') throw new RetryJobError({ after: '2m', reason: 'the report is not ready' });
 * @publicApi
 */
export class RetryJobError extends VigilError {
  /** Milliseconds until the next attempt. */
  readonly afterMs: number;

  /** @throws VigilError `DURATION_INVALID` */
  constructor(options: { after: Duration; reason?: string; cause?: unknown }) {
    super('JOB_RETRY_LATER', options.reason ?? 'the handler asked to be tried again', { cause: options.cause });
    this.afterMs = parseDuration(options.after, 'RetryJobError: after');
  }
}

/**
 * An attempt took longer than its `timeout`. Counts as a failure and is retried.
 *
 * @example
 * if (context.signal.reason instanceof JobTimeoutError) await upload.abort();
 * @publicApi
 */
export class JobTimeoutError extends VigilError {
  constructor(
    readonly timeoutMs: number,
    detail?: string,
  ) {
    super(
      'JOB_TIMEOUT',
      `the attempt took longer than its timeout of ${timeoutMs} ms${detail === undefined ? '' : `: ${detail}`}`,
    );
  }
}

/**
 * The attempt no longer owns its job: what it writes is refused. The reason of `ctx.signal` when a lease was lost.
 *
 * @example
 * if (context.signal.reason instanceof LeaseLostError) return;
 * @publicApi
 */
export class LeaseLostError extends VigilError {
  constructor(jobId: string) {
    super('LEASE_LOST', `job ${jobId}: this attempt no longer owns the job; another worker may be running it`);
  }
}

/**
 * The reason of `ctx.signal` when somebody cancelled the running job.
 *
 * @example
 * if (context.signal.reason instanceof JobCancelledError) await cleanUp();
 * @publicApi
 */
export class JobCancelledError extends VigilError {
  constructor(jobId: string) {
    super('JOB_CANCELLED', `job ${jobId} was cancelled`);
  }
}

/**
 * The reason of `ctx.signal` when the worker stops and the shutdown grace is over. The attempt is given back uncounted.
 *
 * @example
 * if (context.signal.reason instanceof WorkerStoppingError) await saveCursor();
 * @publicApi
 */
export class WorkerStoppingError extends VigilError {
  constructor() {
    super('WORKER_STOPPING', 'the worker is shutting down; the job is given back and runs elsewhere');
  }
}
