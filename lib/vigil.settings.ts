import type { JobPolicyOptions } from './core/job-policy.js';
import { NAME_PATTERN } from './core/job-id.js';
import { OptionChecks } from './core/option-checks.js';
import { normalisePolicy, POLICY_OPTIONS } from './core/policy-options.js';
import { createRedactor, noRedaction, type Redactor } from './core/redaction.js';
import { dateInZone } from './core/zone-day.js';
import type { EnhancerSettings } from './discovery/handler-enhancers.js';
import type { RedisTarget } from './engine/redis/connection/redis-target.js';
import type { PostgresLockOptions } from './scheduler/locks/postgres/postgres-connection.js';
import type { PrometheusOptions } from './monitoring/metrics/prometheus.options.js';
import type { TracingOptions } from './monitoring/tracing/tracing.options.js';
import { alertSettings, type AlertSettings } from './monitoring/alerts/alert-settings.js';
import { WORKER_DEFAULTS, type WorkerOptions } from './runner/worker.options.js';
import type { EnhancerOptions, VigilOptions } from './vigil.options.js';

/** The options, checked, in milliseconds and with every default filled in. */
export interface VigilSettings {
  readonly redis?: RedisTarget;
  readonly prefix: string;
  /** Absent in a process that only enqueues. */
  readonly worker?: WorkerOptions;
  readonly autoStart: boolean;
  /** Whose midnight begins a day in figures. */
  readonly timeZone: string;
  readonly asyncContext: boolean;
  readonly prometheus?: PrometheusOptions;
  /** Absent when it is switched off. */
  readonly tracing?: TracingOptions;
  /** Absent when none are to be raised. */
  readonly alerts?: AlertSettings;
  /** Whether this process takes part in looking after the queues. */
  readonly monitors: boolean;
  /** How often cron entries are declared; by default as often as the scheduler wants. */
  readonly cronBeatMs?: number;
  readonly defaults: JobPolicyOptions;
  readonly commandTimeoutMs: number;
  readonly maxPayloadBytes: number;
  /** For entries with `lock: 'postgres'`. */
  readonly postgres?: PostgresLockOptions;
  readonly redactor: Redactor;
  readonly enhancers: EnhancerSettings;
}

const OPTIONS = [
  ...['redis', 'prefix', 'worker', 'autoStart', 'defaults', 'retention', 'lease', 'sweepInterval', 'shutdownGrace'],
  ...['commandTimeout', 'noHandlerGrace', 'maxPayloadBytes', 'maxDeadLetterBytes', 'locks', 'redact', 'enhancers'],
  ...['timeZone', 'alerts', 'prometheus', 'tracing', 'asyncContext'],
] as readonly (keyof VigilOptions)[];

const ENHANCERS = ['global', 'guards', 'filters'] as const satisfies readonly (keyof EnhancerOptions)[];
const LARGEST_PAYLOAD = 64 * 1_048_576;
const MOST_SLOTS = 100_000;

/** @throws VigilError `VIGIL_OPTIONS_INVALID`, naming the option and the cure */
export function settingsOf(options: VigilOptions): VigilSettings {
  const checks = new OptionChecks('VigilModule', 'VIGIL_OPTIONS_INVALID');
  if (Object.hasOwn(Object(options) as object, 'isGlobal'))
    checks.fail('isGlobal decides the module, so a factory can not give it. Write it beside useFactory or useClass.');
  if (Object.hasOwn(Object(options) as object, 'admin'))
    checks.fail('admin decides the routes, so a factory can not give it. Write it beside useFactory or useClass.');
  checks.knownOptions(options, OPTIONS);
  const {
    redis,
    prefix = 'vigil',
    autoStart = true,
    defaults = {},
    commandTimeout = '5s',
    locks = {},
    redact,
    enhancers = {},
  } = options;
  checks.knownOptions(defaults, POLICY_OPTIONS, 'defaults');
  normalisePolicy(defaults, {}, new OptionChecks('VigilModule: defaults', 'VIGIL_OPTIONS_INVALID'));
  checks.knownOptions(enhancers, ENHANCERS, 'enhancers');
  const maxPayloadBytes = checks.whole(
    'maxPayloadBytes',
    options.maxPayloadBytes ?? WORKER_DEFAULTS.maxPayloadBytes,
    1,
    LARGEST_PAYLOAD,
  );
  checks.knownOptions(locks, ['postgres'], 'locks');
  const worker = workerOf(options, maxPayloadBytes, checks);
  return {
    ...(redis === undefined ? {} : { redis: targetOf(redis, checks) }),
    prefix: checks.matching(
      'prefix',
      prefix,
      NAME_PATTERN,
      'Use 1 to 128 letters, digits and . _ : - and begin with a letter or digit.',
    ),
    ...(worker ? { worker } : {}),
    autoStart: checks.boolean('autoStart', autoStart),
    timeZone: zoneOf(options.timeZone ?? 'UTC', checks),
    ...(options.alerts === false ? {} : { alerts: alertSettings(options.alerts ?? {}, checks) }),
    ...(options.prometheus && { prometheus: prometheusOf(options.prometheus, checks) }),
    ...tracingOf(options.tracing, checks),
    asyncContext: checks.boolean('asyncContext', options.asyncContext ?? false),
    monitors: true,
    defaults,
    commandTimeoutMs: checks.duration('commandTimeout', commandTimeout),
    maxPayloadBytes,
    ...(locks.postgres === undefined ? {} : { postgres: postgresOf(locks.postgres, checks) }),
    redactor: redactorOf(redact, checks),
    enhancers: {
      global: checks.boolean('enhancers.global', enhancers.global ?? false),
      guards: checks.boolean('enhancers.guards', enhancers.guards ?? false),
      filters: checks.boolean('enhancers.filters', enhancers.filters ?? false),
    },
  };
}

function prometheusOf(prometheus: PrometheusOptions, checks: OptionChecks): PrometheusOptions {
  checks.knownOptions(prometheus, ['registry'], 'prometheus');
  return prometheus;
}

function tracingOf(tracing: VigilOptions['tracing'], checks: OptionChecks): Pick<VigilSettings, 'tracing'> {
  if (typeof (tracing ?? false) === 'boolean') return tracing ? { tracing: {} } : {};
  const options = tracing as TracingOptions;
  checks.knownOptions(options, ['sameTrace'], 'tracing');
  checks.boolean('tracing.sameTrace', options.sameTrace ?? false);
  return { tracing: options };
}

function zoneOf(timeZone: string, checks: OptionChecks): string {
  try {
    dateInZone(0, checks.text('timeZone', timeZone));
    return timeZone;
  } catch (error) {
    return checks.fail(
      `timeZone is '${timeZone}'. Write a name of the IANA list, such as 'Europe/Berlin' or 'UTC'.`,
      error,
    );
  }
}

/** A misspelt name here would let secrets through, and nobody would notice. */
function redactorOf(redact: VigilOptions['redact'], checks: OptionChecks): Redactor {
  if (redact === false) return noRedaction;
  if (redact === undefined) return createRedactor();
  checks.knownOptions(redact, ['keys', 'replacement', 'text'], 'redact');
  const { keys = [], replacement = '', text } = redact;
  if (!Array.isArray(keys)) checks.fail("redact.keys must be an array of names: ['iban'].");
  if (typeof replacement !== 'string') checks.fail('redact.replacement must be a text.');
  if (text !== undefined) checks.fn('redact.text', text);
  return createRedactor(redact);
}

/** Shorter than this, an audit answers nothing. */
const SHORTEST_AUDIT_MS = 3_600_000;

function workerOf(options: VigilOptions, maxPayloadBytes: number, checks: OptionChecks): WorkerOptions | undefined {
  const { worker = {}, retention = {}, lease, sweepInterval, shutdownGrace, noHandlerGrace } = options;
  checks.knownOptions(retention, ['completed', 'audit'], 'retention');
  const timings = {
    leaseMs: checks.duration('lease', lease ?? WORKER_DEFAULTS.leaseMs, 1_000),
    sweepIntervalMs: checks.duration('sweepInterval', sweepInterval ?? WORKER_DEFAULTS.sweepIntervalMs, 100),
    shutdownGraceMs: checks.duration('shutdownGrace', shutdownGrace ?? WORKER_DEFAULTS.shutdownGraceMs, 0),
    noHandlerGraceMs: checks.duration('noHandlerGrace', noHandlerGrace ?? WORKER_DEFAULTS.noHandlerGraceMs, 0),
    retentionCompletedMs: checks.duration(
      'retention.completed',
      retention.completed ?? WORKER_DEFAULTS.retentionCompletedMs,
      0,
    ),
  };
  if (worker === false) return undefined;
  checks.knownOptions(worker, ['concurrency', 'queues'], 'worker');
  const { concurrency = WORKER_DEFAULTS.concurrency, queues } = worker;
  if (queues !== undefined && worker.concurrency !== undefined) {
    checks.fail(
      'worker.concurrency and worker.queues exclude each other: given queues have slots of their own. Leave one of them out.',
    );
  }
  const { maxDeadLetterBytes } = options;
  return {
    ...timings,
    maxPayloadBytes,
    ...(retention.audit !== undefined && {
      auditRetentionMs: checks.duration('retention.audit', retention.audit, SHORTEST_AUDIT_MS),
    }),
    ...(maxDeadLetterBytes === undefined
      ? {}
      : { maxDeadLetterBytes: checks.whole('maxDeadLetterBytes', maxDeadLetterBytes, 1, Number.MAX_SAFE_INTEGER) }),
    concurrency: checks.whole('worker.concurrency', concurrency, 1, MOST_SLOTS),
    ...(queues === undefined ? {} : { queues: queuesOf(queues, checks) }),
  };
}

function queuesOf(queues: Readonly<Record<string, number>>, checks: OptionChecks): Readonly<Record<string, number>> {
  checks.knownOptions(queues, Object.keys(Object(queues) as object), 'worker.queues');
  const entries = Object.entries(queues);
  if (entries.length === 0)
    checks.fail('worker.queues names no queue. Leave it out for all queues, or set worker: false to only enqueue.');
  return Object.fromEntries(
    entries.map(([queue, slots]) => [queue, checks.whole(`worker.queues.${queue}`, slots, 1, MOST_SLOTS)]),
  );
}

/** An empty variable of the environment must not quietly mean memory. */
function targetOf(redis: unknown, checks: OptionChecks): RedisTarget {
  if (
    (typeof redis === 'string' && /^(rediss?:\/\/|\/|[\w.-]+(:\d+)?$)/.test(redis)) ||
    (typeof redis === 'object' && redis !== null)
  ) {
    return redis;
  }
  const shown = typeof redis === 'string' ? `'${redis.replace(/\/\/[^@/]*@/, '//…@')}'` : String(redis);
  return checks.fail(
    `redis is ${shown}. Give a URL such as redis://localhost:6379, ioredis options or a connection; leave it out to keep jobs in memory.`,
  );
}

/** The address is never repeated: it may hold a password. */
function postgresOf(postgres: PostgresLockOptions, checks: OptionChecks): PostgresLockOptions {
  checks.knownOptions(postgres, ['connectionString', 'connect'], 'locks.postgres');
  const { connectionString, connect } = postgres;
  if ((connectionString === undefined) === (connect === undefined))
    checks.fail('locks.postgres needs one of connectionString and connect.');
  if (connect !== undefined) checks.fn('locks.postgres.connect', connect);
  else if (
    typeof connectionString !== 'string' ||
    !/^postgres(ql)?:\/\//.test(connectionString) ||
    !URL.canParse(connectionString)
  )
    checks.fail(
      'locks.postgres.connectionString is no address of PostgreSQL. Give postgres://user:password@host:port/database with special characters percent-encoded.',
    );
  return postgres;
}
