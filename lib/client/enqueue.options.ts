import type { Duration } from '../core/duration.js';
import type { JobOverrides } from '../core/job-policy.js';
import type { JobState } from '../core/job-state.js';
import { OptionChecks } from '../core/option-checks.js';
import { normaliseOverrides } from '../core/policy-options.js';
import { PRIORITIES, priorityLevel, type JobPriority } from '../core/priority.js';
import type { EnqueueRequest } from '../engine/producer.port.js';

/**
 * How one job is enqueued. Retries, timeout and backoff given here travel with the job and beat the worker's code.
 *
 * @example
 * await jobs.enqueue(BillingService, 'charge', order, { delay: '10m', priority: 'high', maxRetries: 2 });
 * @publicApi
 */
export interface EnqueueOptions extends JobOverrides {
  /** Not before this time has passed, by the store's clock. Excludes `runAt`. */
  readonly delay?: Duration;
  /** Not before this instant, by the store's clock; one in the past is due at once. */
  readonly runAt?: Date;
  /** Default: the job's own. */
  readonly priority?: JobPriority;
  /** Buried as `expired` unless begun within this time. Must be longer than `delay`. */
  readonly expiresIn?: Duration;
  /** In place of the key that the job's declaration finds in the payload. At most 512 bytes; `'7'` and `7` are different keys. */
  readonly idempotencyKey?: string | number;
  /** The id that an enqueue error carried (`error.jobIds`): repeats that enqueue, so that the job is accepted once. */
  readonly id?: string;
}

/**
 * What became of an enqueue. A duplicate is never silent: the job that has the key is named, with its state.
 *
 * @example
 * const receipt: EnqueueReceipt = await jobs.enqueue(BillingService, 'charge', order);
 * if (receipt.status === 'duplicate' && receipt.payloadChanged) throw new ConflictException(`${receipt.id} has another payload`);
 * @publicApi
 */
export interface EnqueueReceipt<R = unknown> {
  /** Of the new job, or of the first job with the same key. */
  readonly id: string;
  readonly status: 'created' | 'duplicate';
  readonly state: JobState;
  /** The first job with this key has another payload, and keeps it. */
  readonly payloadChanged: boolean;
  /** Of a duplicate whose first job completed and keeps its result. */
  readonly result?: R;
  /** Options of this call that a duplicate does not heed: the first job's hold. */
  readonly ignoredOptions?: readonly (keyof EnqueueOptions)[];
}

const ENQUEUE_OPTIONS = [
  ...['delay', 'runAt', 'priority', 'expiresIn', 'idempotencyKey', 'id', 'maxRetries', 'timeout', 'backoff'],
] as readonly (keyof EnqueueOptions)[];

/** Those that shape the job rather than find it. */
const SHAPING: ReadonlySet<keyof EnqueueOptions> = new Set([
  'delay',
  'runAt',
  'priority',
  'expiresIn',
  'maxRetries',
  'timeout',
  'backoff',
] as const);

/** The part of the request that the options decide. */
export type RequestedTiming = Pick<EnqueueRequest, 'overrides' | 'delayMs' | 'dueAt' | 'expiresInMs'> & {
  readonly level?: EnqueueRequest['level'];
};

/** @throws VigilError `ENQUEUE_OPTIONS_INVALID`, naming the job, the option and the cure */
export function checkEnqueueOptions(options: EnqueueOptions, place: string): RequestedTiming {
  const checks = new OptionChecks(`enqueue of ${place}`, 'ENQUEUE_OPTIONS_INVALID');
  checks.knownOptions(options, ENQUEUE_OPTIONS);
  const { delay, runAt, priority, expiresIn } = options;
  if (delay !== undefined && runAt !== undefined) checks.fail('delay and runAt exclude each other. Give one of them.');
  const delayMs = delay === undefined ? undefined : checks.duration('delay', delay, 0);
  const expiresInMs = expiresIn === undefined ? undefined : checks.duration('expiresIn', expiresIn);
  if (delayMs !== undefined && expiresInMs !== undefined && expiresInMs <= delayMs) {
    checks.fail(
      `it would expire before it is due: expiresIn is ${expiresInMs} ms, delay ${delayMs} ms. Make expiresIn longer.`,
    );
  }
  const overrides = normaliseOverrides(options, checks);
  return {
    ...(delayMs ? { delayMs } : {}),
    ...(runAt === undefined ? {} : { dueAt: instantOf(runAt, checks) }),
    ...(expiresInMs === undefined ? {} : { expiresInMs }),
    ...(priority === undefined ? {} : { level: priorityLevel(checks.oneOf('priority', priority, PRIORITIES)) }),
    ...(overrides === undefined ? {} : { overrides }),
  };
}

export function ignoredOptions(options: EnqueueOptions): readonly (keyof EnqueueOptions)[] {
  return ENQUEUE_OPTIONS.filter((name) => SHAPING.has(name) && options[name] !== undefined);
}

function instantOf(runAt: unknown, checks: OptionChecks): number {
  const ms = Object.prototype.toString.call(runAt) === '[object Date]' ? Number(runAt) : Number.NaN;
  return Number.isNaN(ms) ? checks.fail(`runAt is ${String(runAt)}; it must be a valid Date.`) : ms;
}
