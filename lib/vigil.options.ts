import type { InjectionToken, ModuleMetadata, OptionalFactoryDependency, Type } from '@nestjs/common';
import type { AdminOptions } from './admin/admin.options.js';
import type { Duration } from './core/duration.js';
import type { JobPolicyOptions } from './core/job-policy.js';
import type { RedactOptions } from './core/redaction.js';
import type { PrometheusOptions } from './monitoring/metrics/prometheus.options.js';
import type { TracingOptions } from './monitoring/tracing/tracing.options.js';
import type { AlertOptions } from './monitoring/alerts/alert.options.js';
import type { RedisTarget } from './engine/redis/connection/redis-target.js';
import type { PostgresLockOptions } from './scheduler/locks/postgres/postgres-connection.js';

/**
 * How this process works jobs off.
 *
 * @example
 * const worker: WorkerSettings = { queues: { default: 20, emails: 5 } };
 * @publicApi
 */
export interface WorkerSettings {
  /** Jobs at once, over all queues that a handler is declared for. Default 50. */
  readonly concurrency?: number;
  /** Only these queues, each with slots of its own. Default: every declared queue. */
  readonly queues?: Readonly<Record<string, number>>;
}

/**
 * What is kept beyond what promises need.
 *
 * @example
 * const retention: RetentionOptions = { completed: '7d', audit: '730d' };
 * @publicApi
 */
export interface RetentionOptions {
  /** For how long a completed job without idempotency key and kept result can still be asked about. Default 0: not at all. */
  readonly completed?: Duration;
  /** For how long the lines of the audit are kept, at least 1 h. Default: for ever. */
  readonly audit?: Duration;
}

/**
 * Which of Nest's enhancers run around handlers. Interceptors on the handler or its class always do.
 *
 * @example
 * const enhancers: EnhancerOptions = { guards: true };
 * @publicApi
 */
export interface EnhancerOptions {
  /** Those bound to the whole application as well. Written for HTTP, they may break jobs or swallow their errors. Default false. */
  readonly global?: boolean;
  /** Guards on the handler or its class. Default false. */
  readonly guards?: boolean;
  /** Exception filters on the handler or its class. What a filter returns instead of throwing counts as success. Default false. */
  readonly filters?: boolean;
}

/**
 * Where locks of cron entries are kept, beside the engine's own.
 *
 * @example
 * const locks: LockOptions = { postgres: { connectionString: 'postgres://shop@db-1/shop' } };
 * @publicApi
 */
export interface LockOptions {
  /** For entries with `lock: 'postgres'`. PostgreSQL 14 or newer, reached directly. */
  readonly postgres?: PostgresLockOptions;
}

/**
 * The options of the module.
 *
 * @example
 * const options: VigilOptions = { redis: 'redis://localhost:6379', prefix: 'shop', worker: { concurrency: 20 } };
 * @publicApi
 */
export interface VigilOptions {
  /**
   * Where jobs are kept: a URL, options of ioredis (Sentinel included), a Cluster, or a connection whose settings are used.
   * Without it they are kept in memory and end with the process. A `keyPrefix` is refused; the cure is `prefix`.
   */
  readonly redis?: RedisTarget;
  /** Sets apart applications and environments on one Redis. Default `vigil`. */
  readonly prefix?: string;
  /** `false` for a process that only enqueues. */
  readonly worker?: false | WorkerSettings;
  /** Begin to work when the application has started. With `false`, call `JobWorker.start()`. Default true. */
  readonly autoStart?: boolean;
  /** The policy of every job that does not say otherwise. */
  readonly defaults?: JobPolicyOptions;
  readonly retention?: RetentionOptions;
  /** For how long a silent worker keeps its jobs. Default 30 s, at least 1 s. */
  readonly lease?: Duration;
  /** How often each queue is put in order, over all workers. Default 5 s. */
  readonly sweepInterval?: Duration;
  /** How long running attempts may go on at shutdown before they are given back. Default 20 s. */
  readonly shutdownGrace?: Duration;
  /** The deadline of every command to Redis, and of connecting at boot. Default 5 s. */
  readonly commandTimeout?: Duration;
  /** For how long jobs wait that no live worker handles before they are buried. Default 1 h. */
  readonly noHandlerGrace?: Duration;
  /** The largest payload and kept result. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /**
   * What the dead letters of one queue may take, in bytes, by a sample of them. Above it the job types of which some died in the last two
   * minutes are paused, and an alert is raised; nothing is thrown away. Default: no limit but 85 % of Redis' own `maxmemory`.
   */
  readonly maxDeadLetterBytes?: number;
  /** Where locks of cron entries are kept, beside the engine's own. */
  readonly locks?: LockOptions;
  /** What is kept out of logs and error records, beside the names of secrets known anyway; `false` for nothing at all. */
  readonly redact?: RedactOptions | false;
  readonly enhancers?: EnhancerOptions;
  /** When alerts are raised, and who is told; `false` for none but the lines of the log. */
  readonly alerts?: AlertOptions | false;
  /**
   * Run handlers in an async scope of their own: `currentJob()` finds the job from wherever it is called, and a promise that nobody
   * awaited is traced to it. Costs a little for every promise. Default false.
   */
  readonly asyncContext?: boolean;
  /** Metrics for Prometheus, by the optional peer `prom-client`. Default: none. */
  readonly prometheus?: PrometheusOptions;
  /**
   * Write spans of enqueues, attempts and steps, by the optional peer `@opentelemetry/api`, to whatever SDK the application set up.
   * Default false.
   */
  readonly tracing?: boolean | TracingOptions;
  /** At whose midnight a day begins in figures such as `JobMetrics.today`: a name of the IANA list. Default `'UTC'`. */
  readonly timeZone?: string;
}

/**
 * What decides the module's shape, and so can not come from a factory.
 *
 * @example
 * const extras: VigilModuleExtras = { isGlobal: true };
 * @publicApi
 */
export interface VigilModuleExtras {
  /** Inject `JobClient` and the others everywhere without importing the module again. Default false. */
  readonly isGlobal?: boolean;
  /** Routes for people who look after jobs. Default: none. */
  readonly admin?: AdminOptions;
}

/**
 * A class that makes the options, for `useClass` and `useExisting`.
 *
 * @example
 * class VigilConfig implements VigilOptionsFactory {
 *   createVigilOptions(): VigilOptions {
 *     return { redis: process.env.REDIS_URL };
 *   }
 * }
 * @publicApi
 */
export interface VigilOptionsFactory {
  createVigilOptions(): VigilOptions | Promise<VigilOptions>;
}

/**
 * Options that are made while the application starts: one of `useFactory`, `useClass` and `useExisting`.
 *
 * @example
 * const options: VigilAsyncOptions = { isGlobal: true, useFactory: () => ({ redis: process.env.REDIS_URL }) };
 * @publicApi
 */
export interface VigilAsyncOptions extends VigilModuleExtras, Pick<ModuleMetadata, 'imports'> {
  readonly useFactory?: (...args: any[]) => VigilOptions | Promise<VigilOptions>;
  readonly inject?: (InjectionToken | OptionalFactoryDependency)[];
  readonly useClass?: Type<VigilOptionsFactory>;
  readonly useExisting?: InjectionToken;
}
