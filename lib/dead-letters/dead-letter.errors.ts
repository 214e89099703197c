import { VigilError } from '../core/vigil.error.js';

/**
 * The store knows no such job: it never existed, or it ended and its window is over.
 *
 * @example
 * if (error instanceof DeadLetterUnknownError) throw new NotFoundException();
 * @publicApi
 */
export class DeadLetterUnknownError extends VigilError {
  constructor(readonly jobId: string) {
    super(
      'DEAD_LETTER_UNKNOWN',
      `no dead letter ${jobId}: the store knows no such job. Was it resolved or completed long ago?`,
    );
  }
}

/**
 * The job is not dead: somebody else replayed or resolved it first, or it never was.
 *
 * @example
 * if (error instanceof DeadLetterSettledError) logger.log(`${error.jobId} is ${error.state} already`);
 * @publicApi
 */
export class DeadLetterSettledError extends VigilError {
  constructor(
    readonly jobId: string,
    readonly state: string,
  ) {
    super(
      'DEAD_LETTER_SETTLED',
      `job ${jobId} is not in the dead letter queue: it is ${state}. Somebody else may have been faster.`,
    );
  }
}
