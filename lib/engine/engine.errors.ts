import { VigilError } from '../core/vigil.error.js';

/**
 * The store can not be reached or refuses writes at the moment. Nothing was changed.
 *
 * @example
 * if (error instanceof EngineUnavailableError) throw new ServiceUnavailableException();
 * @publicApi
 */
export class EngineUnavailableError extends VigilError {
  /** From `enqueue` and `enqueueMany`: the ids of what was sent, in order. */
  readonly jobIds: readonly string[];

  constructor(message: string, options?: { cause?: unknown; jobIds?: readonly string[] }) {
    super('ENGINE_UNAVAILABLE', message, options);
    this.jobIds = options?.jobIds ?? [];
  }
}

/**
 * No answer within `commandTimeout`: what was asked for may or may not have happened.
 *
 * @example
 * if (error instanceof EngineTimeoutError) logger.warn('outcome unknown');
 * @publicApi
 */
export class EngineTimeoutError extends VigilError {
  /** From `enqueue` and `enqueueMany`: the ids of what was sent, in order. */
  readonly jobIds: readonly string[];

  constructor(message: string, options?: { cause?: unknown; jobIds?: readonly string[] }) {
    super('ENGINE_TIMEOUT', message, options);
    this.jobIds = options?.jobIds ?? [];
  }
}

/**
 * The store has no room for new work; running work can still end.
 *
 * @example
 * if (error instanceof EngineFullError) throw new HttpException('try later', 503);
 * @publicApi
 */
export class EngineFullError extends VigilError {
  /** From `enqueue` and `enqueueMany`: the ids of what was sent, in order. */
  readonly jobIds: readonly string[];

  constructor(message: string, options?: { cause?: unknown; jobIds?: readonly string[] }) {
    super('ENGINE_FULL', message, options);
    this.jobIds = options?.jobIds ?? [];
  }
}
