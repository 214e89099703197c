import type { CronDefinition, CronMissed, CronSchedule } from '../core/cron-definition.js';
import { CRON_PAYLOAD } from '../core/cron-payload.js';
import { normaliseContract } from '../core/contract-options.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import { OptionChecks } from '../core/option-checks.js';
import { normalisePolicy } from '../core/policy-options.js';
import type { CronDeclaration, DeclaredCron } from '../decorators/cron.metadata.js';
import { CRON_OPTIONS, type CronOptions } from '../decorators/cron.options.js';

const GAPS = ['run-at-end', 'skip'] as const;
const FOLDS = ['once', 'twice'] as const;
const ALL_MISSED = 100;
const MOST_MISSED = 10_000;
const FURTHEST_OFFSET_MINUTES = 16 * 60;
/** Beyond it a tick is no tick any more. */
const LONGEST_MS = 2 ** 31 - 1;

/** An entry, and the job that its runs are. */
export interface BuiltCron {
  readonly entry: CronDefinition;
  readonly job: JobDefinition;
}

/** @throws VigilError `CRON_OPTIONS_INVALID`, naming `Class.method`, the option and the cure */
export function buildCron({ expression, options, place }: DeclaredCron, defaults: JobPolicyOptions): BuiltCron {
  const checks = new OptionChecks(`@Cron on ${place}`, 'CRON_OPTIONS_INVALID');
  checks.knownOptions(options, CRON_OPTIONS);
  const { queue, priority, name = place } = options;
  const contract = normaliseContract(name, { queue, priority }, checks);
  const overlap = overlapOf(options, checks);
  const entry: CronDefinition = {
    ...{ name: contract.name, queue: contract.queue, overlap, declaredBy: place },
    schedule: scheduleOf(expression, options, checks),
    lock: options.lock,
    ...catchUpOf(options.missed ?? 'latest', checks),
    disabled: checks.boolean('disabled', options.disabled ?? false),
    thresholdMs: checks.whole('threshold', Math.abs(options.threshold ?? 250), 0, LONGEST_MS),
    initialDelayMs: checks.whole('initialDelay', options.initialDelay ?? 0, 0, LONGEST_MS),
    unrefTimeout: checks.boolean('unrefTimeout', options.unrefTimeout ?? false),
    graceMs: checks.duration('grace', options.grace ?? '1m', 1_000),
  };
  const policy = policyOf(options, defaults, checks);
  const oneAtATime = overlap === 'allow' ? {} : { globalConcurrency: 1 };
  return {
    entry,
    job: {
      ...{ ...contract, schema: CRON_PAYLOAD, declaredBy: place },
      policy: { ...policy, ...oneAtATime },
      migrations: new Map(),
    },
  };
}

function policyOf(options: CronOptions, defaults: JobPolicyOptions, checks: OptionChecks): JobDefinition['policy'] {
  const { concurrency: _c, rateLimit: _r, keepResult: _k, maxRetries: _m, idempotencyWindow: _i, ...shared } = defaults;
  const { maxRetries = 0, idempotencyWindow = '1h', timeout = defaults.timeout ?? '1h' } = options;
  return normalisePolicy({ ...policyPart(options), maxRetries, idempotencyWindow, timeout }, shared, checks);
}

function policyPart(options: CronOptions): JobPolicyOptions {
  const { backoff, retryOn, noRetryOn, classify, maxStalls, owner, runbook, severity } = options;
  return { backoff, retryOn, noRetryOn, classify, maxStalls, owner, runbook, severity };
}

function overlapOf({ overlap, waitForCompletion }: CronOptions, checks: OptionChecks): CronDefinition['overlap'] {
  if (waitForCompletion !== undefined) {
    checks.boolean('waitForCompletion', waitForCompletion);
    if (overlap !== undefined)
      checks.fail(
        "waitForCompletion and overlap are both given. Give overlap alone: 'skip' for waitForCompletion: true, 'allow' for false.",
      );
  }
  const byDefault = waitForCompletion === false ? 'allow' : 'skip';
  return checks.oneOf('overlap', overlap ?? byDefault, ['skip', 'queue-one', 'allow']);
}

function catchUpOf(missed: CronMissed, checks: OptionChecks): Pick<CronDefinition, 'catchUp' | 'catchUpInTime'> {
  if (typeof missed === 'object' && missed !== null) {
    checks.knownOptions(missed, ['all'], 'missed');
    return eachOf(checks.whole('missed.all', missed.all, 1, MOST_MISSED));
  }
  const policy = checks.oneOf('missed', missed, ['skip', 'latest', 'all']);
  // The last of all whose time has come is the one that is still in time.
  return policy === 'latest' ? { catchUp: 1, catchUpInTime: 0 } : eachOf(policy === 'all' ? ALL_MISSED : 0);
}

function eachOf(catchUp: number): Pick<CronDefinition, 'catchUp' | 'catchUpInTime'> {
  return { catchUp, catchUpInTime: catchUp };
}

function scheduleOf(
  expression: CronDeclaration['expression'],
  { timeZone, utcOffset, clockChanges = {} }: CronOptions,
  checks: OptionChecks,
): CronSchedule {
  if (timeZone !== undefined && utcOffset !== undefined)
    checks.fail('timeZone and utcOffset are both given. Give one of them; a timeZone knows when clocks are changed.');
  checks.knownOptions(clockChanges, ['gap', 'fold'], 'clockChanges');
  const { gap, fold } = clockChanges;
  const zone =
    utcOffset === undefined
      ? { timeZone: checks.text('timeZone', timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone) }
      : { utcOffset: checks.whole('utcOffset', utcOffset, -FURTHEST_OFFSET_MINUTES, FURTHEST_OFFSET_MINUTES) };
  return {
    expression: expressionOf(expression, checks),
    zone,
    changes: {
      ...(gap !== undefined && { gap: checks.oneOf('clockChanges.gap', gap, GAPS) }),
      ...(fold !== undefined && { fold: checks.oneOf('clockChanges.fold', fold, FOLDS) }),
    },
  };
}

function expressionOf(expression: unknown, checks: OptionChecks): string | number {
  if (typeof expression === 'string') return expression;
  const { toMillis } = Object(expression) as { toMillis?: () => number };
  const instant = expression instanceof Date ? expression.getTime() : toMillis?.call(expression);
  if (instant !== undefined && Number.isFinite(instant)) return instant;
  return checks.fail(
    "the expression is neither a text nor a Date. Write minute, hour, day, month and weekday, such as '0 3 * * *'.",
  );
}
