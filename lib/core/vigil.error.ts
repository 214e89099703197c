/**
 * The base of every error that nestjs-vigil throws. Catch by `code`, which is stable, rather than by message.
 *
 * @example
 * try {
 *   await jobs.enqueue(BillingService, 'charge', order);
 * } catch (error) {
 *   if (error instanceof VigilError && error.code === 'ENGINE_UNAVAILABLE') throw new ServiceUnavailableException();
 *   throw error;
 * }
 * @publicApi
 */
export class VigilError extends Error {
  /** Stable, upper-case identifier of the kind of error, for example `JOB_NAME_DUPLICATE`. */
  readonly code: string;

  constructor(code: string, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}
