import type { JobLogger } from './job-logger.js';

/**
 * What a step is told.
 *
 * @example
 * await ctx.step('charge-card', (step: JobStep) => payments.charge(order, { idempotencyKey: step.idempotencyKey }));
 * @publicApi
 */
export interface JobStep {
  readonly name: string;
  /** `<job name>:<key>:<step>`: the same in every attempt. Give it to the provider, so that a repeated call does nothing twice. */
  readonly idempotencyKey: string;
}

/**
 * What a handler gets beside its payload. The payload always comes first: `run(_: void, ctx: JobContext)`.
 *
 * @example
 * @Job({ idempotencyKey: 'orderId', timeout: '30s' })
 * async charge(order: ChargeOrder, ctx: JobContext): Promise<void> {
 *   ctx.logger.log(`attempt ${ctx.attempt} of ${order.orderId}`);
 *   await fetch('https://bank.example.org/charges', { method: 'POST', signal: ctx.signal });
 * }
 * @publicApi
 */
export abstract class JobContext {
  abstract readonly id: string;
  /** The job's name. */
  abstract readonly name: string;
  /** Which attempt this is, from 1; released and stalled ones count. */
  abstract readonly attempt: number;
  /** Failures of this life before this attempt. */
  abstract readonly failures: number;
  /** 1 + maxRetries. */
  abstract readonly maxAttempts: number;
  abstract readonly enqueuedAt: Date;
  /** `<job name>:<key>`, or the job's id where it has no key. The same in every attempt. */
  abstract readonly idempotencyKey: string;
  /** Strictly increasing per queue: a resource that remembers the highest one can refuse a worker that lost its lease. */
  abstract readonly fencingToken: number;
  /** Aborts at the timeout, when the lease is lost, on cancellation and at the end of the shutdown grace; `reason` says which. */
  abstract readonly signal: AbortSignal;
  /** Nest's logger with the job's name as its context and its id in each line. */
  abstract readonly logger: JobLogger;
  /**
   * Runs `run` once and remembers its result for later attempts of the job. At-least-once: a crash between the effect and its
   * record repeats it, so pass `step.idempotencyKey` to whoever takes effect.
   *
   * @throws VigilError `STEP_NAME_REUSED` for a name used twice in one attempt, `STEP_TOO_LARGE` above 64 KiB a result or
   * 512 KiB a job (both not retried), `LEASE_LOST` when the attempt no longer owns the job
   */
  abstract step<T>(name: string, run: (step: JobStep) => Promise<T> | T): Promise<T>;
  /** Remembers a JSON value of at most 4 KiB for whoever looks at the job. The last one counts. */
  abstract progress(value: unknown): Promise<void>;
  /** @throws VigilError `LEASE_LOST` when another worker may own the job by now; asks the store */
  abstract assertOwned(): Promise<void>;
}
