import type { Duration } from './duration.js';
import type { TraceOrigin } from './trace-origin.js';

/**
 * What a custom backoff or classifier is told of a failure.
 *
 * @example
 * const slower = (failure: JobFailure): Duration => failure.failures * 10_000;
 * @publicApi
 */
export interface JobFailure {
  readonly error: unknown;
  /** Failures of this life so far, this one included. */
  readonly failures: number;
  readonly maxRetries: number;
  readonly jobId: string;
  readonly jobName: string;
}

/**
 * How long to wait before the next attempt. `exponential` doubles `delay` with each failure up to `maxDelay`; jitter spreads
 * what failed together: `full` picks between nothing and the delay, `equal` between half of it and the whole.
 *
 * @example
 * const backoff: BackoffOptions = { type: 'exponential', delay: '1s', maxDelay: '5m', jitter: 'full' };
 * @publicApi
 */
export interface BackoffOptions {
  /** Default `exponential`. */
  readonly type?: 'fixed' | 'exponential';
  /** Before the first retry. Default 5 s. */
  readonly delay?: Duration;
  /** No wait is longer. Default 15 m. */
  readonly maxDelay?: Duration;
  /** Default `equal`. */
  readonly jitter?: 'none' | 'full' | 'equal';
}

/**
 * Decides whether an error is worth another attempt: `retry`, `bury`, or `default` for the built-in table.
 *
 * @example
 * const classify: ErrorClassifier = ({ error }) => (error instanceof CardDeclinedError ? 'bury' : 'default');
 * @publicApi
 */
export type ErrorClassifier = (failure: JobFailure) => 'retry' | 'bury' | 'default';

/**
 * An error class, or a test of the error.
 *
 * @example
 * const matcher: ErrorMatcher = (error) => error instanceof Error && error.message.includes('deadlock');
 * @publicApi
 */
export type ErrorMatcher = (abstract new (...args: never[]) => Error) | ((error: unknown) => boolean);

/**
 * What a worker does with jobs of a type. Read from the worker's code when it is needed, so a deploy changes it for waiting
 * jobs too.
 *
 * @example
 * const policy: JobPolicyOptions = { maxRetries: 5, timeout: '30s', concurrency: { global: 2 } };
 * @publicApi
 */
export interface JobPolicyOptions {
  /** Attempts after the first one. Whole, 0 to 1000. Default 8. */
  readonly maxRetries?: number;
  /** Waits between attempts, or a function of the failure that returns one. Default exponential, 5 s, cap 15 m, equal jitter. */
  readonly backoff?: BackoffOptions | ((failure: JobFailure) => Duration);
  /** How long one attempt may take; then its signal aborts, its slot is free and it counts as a failure. Default 1 m. */
  readonly timeout?: Duration;
  /** Errors that are worth another attempt whatever the built-in table says. */
  readonly retryOn?: readonly ErrorMatcher[];
  /** Errors that are buried at once. Stronger than `retryOn`. */
  readonly noRetryOn?: readonly ErrorMatcher[];
  /** Has the first word on every error. */
  readonly classify?: ErrorClassifier;
  /**
   * How many run at once: in each process, and over all of them. In a process, a handler that ignores its signal counts until it
   * ends. Default: no limit of its own.
   */
  readonly concurrency?: { readonly process?: number; readonly global?: number };
  /** At most `max` starts in any span of `per`, over all processes. Each start counts, retries included. */
  readonly rateLimit?: { readonly max: number; readonly per: Duration };
  /** For how long after its end a job still answers `duplicate` for its key. Default 24 h. */
  readonly idempotencyWindow?: Duration;
  /**
   * Keep the result for duplicates, `get` and `waitFor`, for as long as the window. One that JSON can not carry, or larger than
   * `maxPayloadBytes`, is not kept: the job completes all the same, with a warning. Default false.
   */
  readonly keepResult?: boolean;
  /** How often its worker may die or freeze under it as a suspect before it is buried. Default 2. */
  readonly maxStalls?: number;
  /** Who is asked when it is buried. Stands in dead letters and alerts. */
  readonly owner?: string;
  /** Where it is written what to do when it is buried. */
  readonly runbook?: string;
  /** How loud its burial is. Default `error`. */
  readonly severity?: 'info' | 'warning' | 'error' | 'critical';
}

/** The policy with every default filled in and every duration in milliseconds. */
export interface JobPolicy {
  readonly maxRetries: number;
  readonly backoff: BackoffPolicy;
  readonly timeoutMs: number;
  readonly retryOn: readonly ErrorMatcher[];
  readonly noRetryOn: readonly ErrorMatcher[];
  readonly classify?: ErrorClassifier;
  readonly processConcurrency?: number;
  readonly globalConcurrency?: number;
  readonly rateLimit?: { readonly max: number; readonly perMs: number };
  readonly idempotencyWindowMs: number;
  readonly keepResult: boolean;
  readonly maxStalls: number;
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity: 'info' | 'warning' | 'error' | 'critical';
}

export type BackoffPolicy =
  | {
      readonly type: 'fixed' | 'exponential';
      readonly delayMs: number;
      readonly maxDelayMs: number;
      readonly jitter: 'none' | 'full' | 'equal';
    }
  | { readonly type: 'custom'; readonly delayOf: (failure: JobFailure) => Duration };

/**
 * The part of a policy that one `enqueue` may override. It travels with the job and is stronger than the worker's code.
 *
 * @example
 * await jobs.enqueue(BillingService, 'charge', order, { maxRetries: 0, timeout: '2m' });
 * @publicApi
 */
export interface JobOverrides {
  readonly maxRetries?: number;
  readonly timeout?: Duration;
  readonly backoff?: BackoffOptions;
}

/** Overrides as they stand in the record: durations in milliseconds, defaults of a given backoff filled in. */
export interface StoredOverrides {
  readonly maxRetries?: number;
  readonly timeoutMs?: number;
  readonly backoff?: Exclude<BackoffPolicy, { type: 'custom' }>;
  /** Of the life that began with an idempotency key of its own for the providers; stays for the lives after it. */
  readonly keyLife?: number;
  /** Of the span that enqueued it. Overrides nothing; it travels with what does. */
  readonly trace?: TraceOrigin;
}
