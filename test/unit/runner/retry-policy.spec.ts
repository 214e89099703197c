import { runInNewContext } from 'node:vm';
import { JobTimeoutError, NonRetryableJobError, RetryJobError } from '../../../lib/core/handler-signals.js';
import type { JobPolicy, StoredOverrides } from '../../../lib/core/job-policy.js';
import { decideRetry, type RetryDecision } from '../../../lib/runner/retry-policy.js';
import { POLICY } from './scene.js';

interface Case {
  readonly failures?: number;
  readonly maxRetries?: number;
  readonly policy?: Partial<JobPolicy>;
  readonly overrides?: StoredOverrides;
}

function decide(error: unknown, { failures = 1, maxRetries = 3, policy, overrides }: Case = {}): RetryDecision {
  return decideRetry({
    failure: { error, failures, maxRetries, jobId: 'id', jobName: 'task' },
    policy: { ...POLICY, ...policy },
    overrides,
    nowMs: 0,
    random: () => 0.5,
  });
}

const problem = Object.assign(new Error('bad request'), { status: 400 });
class CardDeclined extends Error {}

describe('retry or bury', () => {
  it('retries an unknown error until no retry is left', () => {
    expect(decide(new Error('x'), { failures: 3 })).toMatchObject({ kind: 'retry', delayMs: 1_000 });
    expect(decide(new Error('x'), { failures: 4 })).toMatchObject({ kind: 'bury', reason: 'exhausted' });
    expect(decide(new Error('x'), { maxRetries: 0 })).toMatchObject({ kind: 'bury', reason: 'exhausted' });
  });

  it('buries what is not worth it at once, and a last timeout as a timeout', () => {
    expect(decide(problem)).toMatchObject({ kind: 'bury', reason: 'non_retryable' });
    expect(decide(new NonRetryableJobError('no'))).toMatchObject({ kind: 'bury', reason: 'non_retryable' });
    expect(decide(new JobTimeoutError(5))).toMatchObject({ kind: 'retry' });
    expect(decide(new JobTimeoutError(5), { failures: 4 })).toMatchObject({ kind: 'bury', reason: 'timeout' });
  });

  it('takes the delay from the error: RetryJobError and Retry-After', () => {
    expect(decide(new RetryJobError({ after: '2m' }))).toMatchObject({ kind: 'retry', delayMs: 120_000 });
    expect(decide(new RetryJobError({ after: '2m' }), { failures: 4 })).toMatchObject({ reason: 'exhausted' });
    const busy = Object.assign(new Error('busy'), { status: 429, headers: { 'Retry-After': '7' } });
    expect(decide(busy)).toMatchObject({ kind: 'retry', delayMs: 7_000 });
  });

  it('prefers overrides that travel with the job', () => {
    const backoff = { type: 'fixed', delayMs: 9, maxDelayMs: 9, jitter: 'none' } as const;
    expect(decide(new Error('x'), { overrides: { backoff } })).toMatchObject({ delayMs: 9 });
  });

  it('lets retryOn and noRetryOn overrule the table, by class along the causes or by function', () => {
    const retryOn = [(error: unknown) => error === problem];
    expect(decide(problem, { policy: { retryOn } })).toMatchObject({ kind: 'retry' });
    const wrapped = new Error('charge', { cause: new CardDeclined() });
    expect(decide(wrapped, { policy: { noRetryOn: [CardDeclined] } })).toMatchObject({ reason: 'non_retryable' });
    expect(decide(wrapped, { policy: { noRetryOn: [CardDeclined], retryOn: [Error] } })).toMatchObject({
      kind: 'bury',
    });
    expect(decide(new Error('x'), { policy: { noRetryOn: [CardDeclined] } })).toMatchObject({ kind: 'retry' });
  });

  it('knows error classes of another realm', () => {
    const Foreign = runInNewContext('class Foreign extends Error {}; Foreign') as new () => Error;
    expect(decide(new Foreign(), { policy: { noRetryOn: [Foreign] } })).toMatchObject({ kind: 'bury', problems: [] });
    expect(decide(new Error('x'), { policy: { noRetryOn: [Foreign] } })).toMatchObject({ kind: 'retry', problems: [] });
  });

  it('gives classify the first word', () => {
    expect(decide(problem, { policy: { classify: () => 'retry' } })).toMatchObject({ kind: 'retry' });
    expect(decide(new Error('x'), { policy: { classify: () => 'bury' } })).toMatchObject({ kind: 'bury' });
    expect(decide(problem, { policy: { classify: () => 'default' } })).toMatchObject({ kind: 'bury' });
    expect(decide(problem, { policy: { classify: () => 'sometimes' as never } })).toMatchObject({ kind: 'bury' });
    const seen: unknown[] = [];
    const policy = { classify: (failure: unknown) => (seen.push(failure), 'default' as const) };
    decide(problem, { failures: 2, policy });
    expect(seen).toEqual([{ error: problem, failures: 2, maxRetries: 3, jobId: 'id', jobName: 'task' }]);
  });

  it('does not let noRetryOn silence a signal of the handler', () => {
    expect(decide(new RetryJobError({ after: 1 }), { policy: { noRetryOn: [Error] } })).toMatchObject({
      kind: 'retry',
    });
    expect(decide(new NonRetryableJobError('x'), { policy: { retryOn: [Error] } })).toMatchObject({ kind: 'bury' });
  });

  it('falls back on its own rules where the user’s functions throw, and says so', () => {
    const boom = (): never => {
      throw new Error('boom');
    };
    const policy: Partial<JobPolicy> = {
      classify: boom,
      retryOn: [boom],
      noRetryOn: [boom],
      backoff: { type: 'custom', delayOf: boom },
    };
    const decision = decide(new Error('x'), { policy });
    expect(decision).toMatchObject({ kind: 'retry', delayMs: 3_750 });
    expect(decision.problems).toHaveLength(4);
    expect(decide(problem, { policy })).toMatchObject({ kind: 'bury' });
  });
});
