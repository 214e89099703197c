import type { Duration } from './duration.js';
import type {
  BackoffOptions,
  BackoffPolicy,
  ErrorMatcher,
  JobFailure,
  JobOverrides,
  JobPolicy,
  JobPolicyOptions,
  StoredOverrides,
} from './job-policy.js';
import type { OptionChecks } from './option-checks.js';

export const MOST_RETRIES = 1_000;
const MOST_AT_ONCE = 1_000_000;
/** The store remembers the start of each of them. */
const MOST_STARTS = 10_000;

export const POLICY_OPTIONS = [
  ...['maxRetries', 'backoff', 'timeout', 'retryOn', 'noRetryOn', 'classify', 'concurrency', 'rateLimit'],
  ...['idempotencyWindow', 'keepResult', 'maxStalls', 'owner', 'runbook', 'severity'],
] as readonly (keyof JobPolicyOptions)[];

const SEVERITIES = ['info', 'warning', 'error', 'critical'] as const;
const BACKOFF_OPTIONS = ['type', 'delay', 'maxDelay', 'jitter'] as const satisfies readonly (keyof BackoffOptions)[];

/**
 * Fills in and checks a policy; what it does not say is taken from the module's defaults, then from the built-in ones.
 * @throws VigilError of the checks' code
 */
export function normalisePolicy(own: JobPolicyOptions, defaults: JobPolicyOptions, checks: OptionChecks): JobPolicy {
  const options = { ...defaults, ...withoutUndefined(own) };
  const { concurrency, rateLimit, classify } = options;
  if (classify !== undefined) checks.fn('classify', classify);
  if (concurrency !== undefined) checks.knownOptions(concurrency, ['process', 'global'], 'concurrency');
  return {
    maxRetries: checks.whole('maxRetries', options.maxRetries ?? 8, 0, MOST_RETRIES),
    backoff: normaliseBackoff(options.backoff ?? {}, checks),
    timeoutMs: checks.duration('timeout', options.timeout ?? '1m'),
    retryOn: checkMatchers('retryOn', options.retryOn ?? [], checks),
    noRetryOn: checkMatchers('noRetryOn', options.noRetryOn ?? [], checks),
    ...(classify === undefined ? {} : { classify }),
    ...(concurrency?.process === undefined
      ? {}
      : { processConcurrency: checks.whole('concurrency.process', concurrency.process, 1, MOST_AT_ONCE) }),
    ...(concurrency?.global === undefined
      ? {}
      : { globalConcurrency: checks.whole('concurrency.global', concurrency.global, 1, MOST_AT_ONCE) }),
    ...(rateLimit === undefined ? {} : { rateLimit: checkRateLimit(rateLimit, checks) }),
    idempotencyWindowMs: checks.duration('idempotencyWindow', options.idempotencyWindow ?? '24h', 0),
    keepResult: checks.boolean('keepResult', options.keepResult ?? false),
    maxStalls: checks.whole('maxStalls', options.maxStalls ?? 2, 0, MOST_RETRIES),
    ...(options.owner === undefined ? {} : { owner: checks.text('owner', options.owner) }),
    ...(options.runbook === undefined ? {} : { runbook: checks.text('runbook', options.runbook) }),
    severity: checks.oneOf('severity', options.severity ?? 'error', SEVERITIES),
  };
}

/** `undefined` when nothing is overridden. */
export function normaliseOverrides(
  { maxRetries, timeout, backoff }: JobOverrides,
  checks: OptionChecks,
): StoredOverrides | undefined {
  if (maxRetries === undefined && timeout === undefined && backoff === undefined) return undefined;
  if (typeof backoff === 'function')
    checks.fail(
      'backoff is a function, which can not travel with a job. Give { type, delay, maxDelay, jitter }, or set the function on @Job.',
    );
  return {
    ...(maxRetries === undefined ? {} : { maxRetries: checks.whole('maxRetries', maxRetries, 0, MOST_RETRIES) }),
    ...(timeout === undefined ? {} : { timeoutMs: checks.duration('timeout', timeout) }),
    ...(backoff === undefined ? {} : { backoff: normaliseStoredBackoff(backoff, checks) }),
  };
}

function normaliseBackoff(
  backoff: BackoffOptions | ((failure: JobFailure) => Duration),
  checks: OptionChecks,
): BackoffPolicy {
  return typeof backoff === 'function' ? { type: 'custom', delayOf: backoff } : normaliseStoredBackoff(backoff, checks);
}

function normaliseStoredBackoff(
  backoff: BackoffOptions,
  checks: OptionChecks,
): Exclude<BackoffPolicy, { type: 'custom' }> {
  checks.knownOptions(backoff, BACKOFF_OPTIONS, 'backoff');
  const type = checks.oneOf('backoff.type', backoff.type ?? 'exponential', ['fixed', 'exponential']);
  const delayMs = checks.duration('backoff.delay', backoff.delay ?? '5s', 0);
  const maxDelayMs = checks.duration('backoff.maxDelay', backoff.maxDelay ?? Math.max(delayMs, 15 * 60_000), 0);
  if (maxDelayMs < delayMs)
    checks.fail(
      `backoff.maxDelay (${maxDelayMs} ms) is shorter than backoff.delay (${delayMs} ms). Raise the one or lower the other.`,
    );
  return {
    type,
    delayMs,
    maxDelayMs,
    jitter: checks.oneOf('backoff.jitter', backoff.jitter ?? 'equal', ['none', 'full', 'equal']),
  };
}

function checkMatchers(name: string, matchers: readonly ErrorMatcher[], checks: OptionChecks): readonly ErrorMatcher[] {
  const isList: boolean = Array.isArray(matchers);
  if (!isList) checks.fail(`${name} must be an array of error classes and functions.`);
  matchers.forEach((matcher, i) => checks.fn(`${name}[${i}]`, matcher));
  return matchers;
}

function checkRateLimit(
  limit: NonNullable<JobPolicyOptions['rateLimit']>,
  checks: OptionChecks,
): NonNullable<JobPolicy['rateLimit']> {
  checks.knownOptions(limit, ['max', 'per'], 'rateLimit');
  return {
    max: checks.whole('rateLimit.max', limit.max, 1, MOST_STARTS),
    perMs: checks.duration('rateLimit.per', limit.per),
  };
}

function withoutUndefined<T extends object>(options: T): Partial<T> {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as Partial<T>;
}
