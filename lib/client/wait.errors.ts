import { VigilError } from '../core/vigil.error.js';
import type { JobEnd } from '../engine/producer.port.js';

/**
 * The job that was waited for is dead, or somebody declared it settled after it had died.
 *
 * @example
 * if (error instanceof JobDeadError) logger.warn(`${error.jobId}: ${error.reason}: ${error.errorMessage}`);
 * @publicApi
 */
export class JobDeadError extends VigilError {
  /** Why it was buried: `exhausted`, `timeout`, …; `unknown` once it was settled, when only its end is remembered. */
  readonly reason: string;
  /** Class and message of its last error. */
  readonly errorName: string;
  readonly errorMessage: string;

  constructor(
    readonly jobId: string,
    end: JobEnd,
  ) {
    const { state, reason, errorName = 'Error', errorMessage = '' } = end;
    const why = reason === undefined ? '' : ` (${reason}): ${errorName}: ${errorMessage}`;
    super('JOB_DEAD', `job ${jobId} was buried${why}${state === 'resolved' ? ' and declared settled since' : ''}`);
    this.reason = reason ?? 'unknown';
    this.errorName = errorName;
    this.errorMessage = errorMessage;
  }
}

/**
 * The job did not end within the time that the caller wanted to wait. It goes on.
 *
 * @example
 * if (error instanceof WaitTimeoutError) return { status: 'pending', id: error.jobId };
 * @publicApi
 */
export class WaitTimeoutError extends VigilError {
  constructor(
    readonly jobId: string,
    readonly timeoutMs: number,
  ) {
    super(
      'WAIT_TIMEOUT',
      `job ${jobId} did not end within ${timeoutMs} ms. It goes on; wait again, or ask get(id) later.`,
    );
  }
}

/**
 * The job completed, but its result was not kept.
 *
 * @example
 * if (error instanceof ResultNotKeptError) return { status: 'done' };
 * @publicApi
 */
export class ResultNotKeptError extends VigilError {
  constructor(readonly jobId: string) {
    super(
      'RESULT_NOT_KEPT',
      `job ${jobId} completed, but its result was not kept. Set keepResult: true on its @Job, and return what JSON can carry.`,
    );
  }
}

/**
 * The store knows nothing of the job: it never existed, or it ended and left nothing.
 *
 * @example
 * if (error instanceof JobUnknownError) throw new NotFoundException();
 * @publicApi
 */
export class JobUnknownError extends VigilError {
  constructor(readonly jobId: string) {
    super(
      'JOB_UNKNOWN',
      `the store knows no job ${jobId}: it never existed, or it ended and left nothing. A job with an idempotency key or with keepResult leaves something for its window; retention.completed keeps something of every job.`,
    );
  }
}
