import { propertyOf } from './cause-chain.js';
import type { JobContext } from './job-context.js';
import { VigilError } from './vigil.error.js';

/** What whoever wraps a handler may do to its attempt, beyond what the handler may. */
export interface AttemptControl {
  /** 0 for the job's first life. */
  readonly life: number;
  /** Why nothing may be begun any more; undefined while the attempt goes on. */
  readonly stopped: Error | undefined;
  /**
   * The attempt must come to an end and be made again: its signal aborts with the reason, and after a moment to clean up it ends as
   * `lost-lock`, which counts as no failure. A handler that completes in that moment has completed.
   */
  interrupt(reason: VigilError): void;
  /** Called once, when the attempt is over, whether or not its handler is. */
  onEnd(run: () => void): void;
}

/** The same in every copy of the package. */
export const ATTEMPT_CONTROL: unique symbol = Symbol.for('nestjs-vigil:attempt-control') as never;

export function controlOf(context: JobContext): AttemptControl {
  return (context as JobContext & { readonly [ATTEMPT_CONTROL]: AttemptControl })[ATTEMPT_CONTROL];
}

/** Thrown before a handler runs: this is not the moment. The job is given back, and the attempt counts as no failure. */
export class AttemptPostponedError extends VigilError {
  constructor(
    readonly delayMs: number,
    why: string,
    options?: { cause?: unknown },
  ) {
    super('ATTEMPT_POSTPONED', why, options);
  }
}

/** For how long, if that is what the error says. By its code: whatever is thrown may be hostile. */
export function postponedBy(error: unknown): number | undefined {
  return propertyOf(error, 'code') === 'ATTEMPT_POSTPONED' ? Number(propertyOf(error, 'delayMs')) : undefined;
}
