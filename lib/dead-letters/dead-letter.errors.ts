import type { JsonPatchOperation } from '../core/replay-record.js';
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
 * The job is not dead, or not dead in the life that was meant: somebody else replayed or resolved it first, or it never was.
 *
 * @example
 * if (error instanceof DeadLetterSettledError) logger.log(`${error.jobId} is ${error.state} already`);
 * @publicApi
 */
export class DeadLetterSettledError extends VigilError {
  constructor(
    readonly jobId: string,
    readonly state: string,
    /** Where it was replayed and died again meanwhile: the life it is dead in now. */
    readonly life?: number,
  ) {
    super(
      'DEAD_LETTER_SETTLED',
      life === undefined
        ? `job ${jobId} is not in the dead letter queue: it is ${state}. Somebody else may have been faster.`
        : `job ${jobId} was replayed meanwhile and died again, in life ${life}. Look at it anew before you decide.`,
    );
  }
}

/**
 * An operation of a JSON Patch does not apply to the payload. Nothing was changed.
 *
 * @example
 * if (error instanceof PayloadPatchError) logger.warn(`operation ${error.index} (${error.operation.path}) does not apply`);
 * @publicApi
 */
export class PayloadPatchError extends VigilError {
  constructor(
    place: string,
    /** Of the operation, from 0. */
    readonly index: number,
    readonly operation: JsonPatchOperation,
    problem: string,
  ) {
    const { op, path } = Object(operation) as Partial<JsonPatchOperation>;
    super(
      'PATCH_FAILED',
      `${place}: operation ${index} of the patch (${op} '${path}') does not apply: ${problem}. Nothing was changed.`,
    );
  }
}
