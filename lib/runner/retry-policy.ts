import { causeChain, propertyOf } from '../core/cause-chain.js';
import type { BackoffPolicy, ErrorMatcher, JobFailure, JobPolicy, StoredOverrides } from '../core/job-policy.js';
import type { BurialReason } from '../core/job-state.js';
import { backoffDelay } from './backoff.js';
import { classifyError, type ErrorVerdict } from './classify-error.js';

export type RetryDecision = (
  { readonly kind: 'retry'; readonly delayMs: number } | { readonly kind: 'bury'; readonly reason: BurialReason }
) & {
  /** What the user's own functions threw while they were asked; the built-in rules stood in for them. */
  readonly problems: readonly unknown[];
};

export interface FailedAttempt {
  readonly failure: JobFailure;
  readonly policy: JobPolicy;
  readonly overrides?: StoredOverrides;
  readonly nowMs: number;
  readonly random: () => number;
}

/** Stands in where a custom backoff fails: the default of the options. */
const FALLBACK_BACKOFF: BackoffPolicy = { type: 'exponential', delayMs: 5_000, maxDelayMs: 900_000, jitter: 'equal' };

/**
 * Retry or bury. The first that has an opinion decides: `classify`, the signals of the handler, `noRetryOn`, `retryOn`, the
 * built-in table; then the number of retries.
 */
export function decideRetry(attempt: FailedAttempt): RetryDecision {
  const { failure, policy } = attempt;
  const problems: unknown[] = [];
  const verdict = judge(attempt, problems);
  const timedOut = propertyOf(failure.error, 'code') === 'JOB_TIMEOUT';
  if (verdict.verdict === 'bury') return { kind: 'bury', reason: timedOut ? 'timeout' : 'non_retryable', problems };
  if (failure.failures > failure.maxRetries)
    return { kind: 'bury', reason: timedOut ? 'timeout' : 'exhausted', problems };
  if (verdict.afterMs !== undefined) return { kind: 'retry', delayMs: verdict.afterMs, problems };
  return { kind: 'retry', delayMs: delayOf(attempt.overrides?.backoff ?? policy.backoff, attempt, problems), problems };
}

function judge({ failure, policy, nowMs }: FailedAttempt, problems: unknown[]): ErrorVerdict {
  const table = classifyError(failure.error, nowMs);
  const retry: ErrorVerdict = table.verdict === 'retry' ? table : { verdict: 'retry' };
  const asked = attempted(() => policy.classify?.(failure), undefined, problems);
  if (asked === 'bury') return { verdict: 'bury' };
  if (asked === 'retry') return retry;
  if (isSignal(failure.error)) return table;
  if (policy.noRetryOn.some((matcher) => matches(matcher, failure.error, problems))) return { verdict: 'bury' };
  if (policy.retryOn.some((matcher) => matches(matcher, failure.error, problems))) return retry;
  return table;
}

function isSignal(error: unknown): boolean {
  const code = propertyOf(error, 'code');
  return code === 'JOB_NON_RETRYABLE' || code === 'JOB_RETRY_LATER';
}

/** A class matches along the causes too; a function is asked about what was thrown. */
function matches(matcher: ErrorMatcher, error: unknown, problems: unknown[]): boolean {
  if (isErrorClass(matcher))
    return causeChain(error).some((link) => attempted(() => link instanceof matcher, false, problems));
  return attempted(() => matcher(error) === true, false, problems);
}

/** Error classes of another realm (jest's, a vm's) inherit from another Error, so a known ancestor is no test. */
function isErrorClass(matcher: ErrorMatcher): matcher is abstract new (...args: never[]) => Error {
  const prototype: unknown = propertyOf(matcher, 'prototype');
  return typeof prototype === 'object' && prototype !== null && 'message' in prototype;
}

function delayOf(backoff: BackoffPolicy, { failure, random }: FailedAttempt, problems: unknown[]): number {
  return (
    attempted(() => backoffDelay(backoff, failure, random), undefined, problems) ??
    backoffDelay(FALLBACK_BACKOFF, failure, random)
  );
}

function attempted<T>(ask: () => T, otherwise: T, problems: unknown[]): T {
  try {
    return ask();
  } catch (problem) {
    problems.push(problem);
    return otherwise;
  }
}
