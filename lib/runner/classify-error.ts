import { causeChain, isList, propertyOf } from '../core/cause-chain.js';
import { httpStatusOf } from '../core/http-status.js';
import { retryAfterOf } from './retry-after.js';

/** Whether an error is worth another attempt, by the built-in table. */
export type ErrorVerdict = { readonly verdict: 'retry'; readonly afterMs?: number } | { readonly verdict: 'bury' };

const RETRY: ErrorVerdict = { verdict: 'retry' };
const BURY: ErrorVerdict = { verdict: 'bury' };

const RETRYABLE_STATUS: ReadonlySet<number> = new Set([408, 425, 429]);

const NETWORK_CODES: ReadonlySet<unknown> = new Set([
  ...['ECONNRESET', 'ECONNREFUSED', 'ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND'],
  ...[
    'EHOSTUNREACH',
    'EHOSTDOWN',
    'ENETUNREACH',
    'ENETDOWN',
    'ENETRESET',
    'ERR_NETWORK',
    'ERR_SOCKET_CONNECTION_TIMEOUT',
  ],
  ...[
    'UND_ERR_CONNECT_TIMEOUT',
    'UND_ERR_HEADERS_TIMEOUT',
    'UND_ERR_BODY_TIMEOUT',
    'UND_ERR_SOCKET',
    'UND_ERR_CLOSED',
    'UND_ERR_DESTROYED',
    'UND_ERR_ABORTED',
  ],
]);

/** Our own errors that another attempt can not mend: wrong use, or data that does not fit. */
const HOPELESS_CODES: ReadonlySet<unknown> = new Set([
  ...[
    'JOB_NON_RETRYABLE',
    'STEP_NAME_REUSED',
    'STEP_NAME_INVALID',
    'STEP_TOO_LARGE',
    'STEP_NOT_JSON',
    'PROGRESS_TOO_LARGE',
    'PROGRESS_NOT_JSON',
  ],
  ...[
    'PAYLOAD_INVALID',
    'PAYLOAD_NOT_JSON',
    'PAYLOAD_TOO_LARGE',
    'NOT_A_JOB',
    'IDEMPOTENCY_KEY_INVALID',
    'DURATION_INVALID',
  ],
]);
const HOPEFUL_CODES: ReadonlySet<unknown> = new Set([
  'JOB_TIMEOUT',
  'JOB_RETRY_LATER',
  'ENGINE_UNAVAILABLE',
  'ENGINE_TIMEOUT',
  'ENGINE_FULL',
  'LEASE_LOST',
  'WAIT_TIMEOUT',
]);

/** Zod, Valibot, Standard Schema, Joi, Yup, Mongoose: a name of theirs together with a list of what is wrong. */
const VALIDATION_NAMES: ReadonlySet<unknown> = new Set([
  'ZodError',
  '$ZodError',
  'ValiError',
  'SchemaError',
  'ValidationError',
  'TraversalError',
]);
const VALIDATION_LISTS = ['issues', 'details', 'inner', 'errors'] as const;

/**
 * Looks at the error and then along its causes; the nearest one that says anything decides. What says nothing is retried:
 * an unknown error may pass, and the number of retries is bounded.
 */
export function classifyError(error: unknown, nowMs: number): ErrorVerdict {
  for (const link of causeChain(error)) {
    const verdict = verdictOf(link, nowMs);
    if (verdict) return verdict;
  }
  return RETRY;
}

function verdictOf(error: unknown, nowMs: number): ErrorVerdict | undefined {
  const code = propertyOf(error, 'code');
  if (code === 'JOB_RETRY_LATER') return retryAfter(propertyOf(error, 'afterMs'));
  if (HOPEFUL_CODES.has(code)) return RETRY;
  if (HOPELESS_CODES.has(code)) return BURY;
  const status = httpStatusOf(error);
  if (status !== undefined) {
    return status >= 500 || RETRYABLE_STATUS.has(status) || isThrottledByAws(error)
      ? retryAfter(retryAfterOf(error, nowMs))
      : BURY;
  }
  if (isValidationError(error)) return BURY;
  if (NETWORK_CODES.has(code) || propertyOf(error, 'message') === 'fetch failed') return RETRY;
  return undefined;
}

function retryAfter(afterMs: unknown): ErrorVerdict {
  return typeof afterMs === 'number' && Number.isFinite(afterMs) && afterMs >= 0
    ? { verdict: 'retry', afterMs }
    : RETRY;
}

/** AWS answers a throttled request with 400; the SDK says by name or mark that it may be repeated. */
function isThrottledByAws(error: unknown): boolean {
  if (propertyOf(error, '$metadata') === undefined) return false;
  if (propertyOf(error, '$retryable') !== undefined) return true;
  const name = propertyOf(error, 'name');
  return (
    typeof name === 'string' &&
    /Throttl|TooManyRequests|RequestLimitExceeded|ThroughputExceeded|SlowDown|RequestTimeout|PriorRequestNotComplete/.test(
      name,
    )
  );
}

function isValidationError(error: unknown): boolean {
  // class-validator gives a bare list of its errors, which users throw as it is.
  const one = isList(error) ? propertyOf(error, 0) : error;
  if (
    typeof propertyOf(one, 'property') === 'string' &&
    (isObject(propertyOf(one, 'constraints')) || isList(propertyOf(one, 'children')))
  )
    return true;
  return (
    VALIDATION_NAMES.has(propertyOf(error, 'name')) &&
    VALIDATION_LISTS.some((list) => isObject(propertyOf(error, list)))
  );
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null;
}
