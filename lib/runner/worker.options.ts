import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { JobTracer } from '../core/job-tracer.js';
import type { Redactor } from '../core/redaction.js';
import type { JobConsumer, WorkerAnnouncement } from '../engine/consumer.port.js';
import type { JobInspector } from '../engine/inspector.port.js';
import type { JobMaintenance } from '../engine/maintenance.port.js';
import type { QueueDuty } from './sweeper.js';

/** The worker's part of the module's options, every duration in milliseconds. */
export interface WorkerOptions {
  /** Slots that all queues share, where `queues` is not given. Default 50. */
  readonly concurrency?: number;
  /** Only these queues, each with its own slots. Default: every queue that a handler is declared for. */
  readonly queues?: Readonly<Record<string, number>>;
  /** For how long a silent worker keeps its jobs. Default 30 s. */
  readonly leaseMs?: number;
  /** Default 5 s. */
  readonly sweepIntervalMs?: number;
  /** How long running attempts may go on once the worker drains. Default 20 s. */
  readonly shutdownGraceMs?: number;
  /** The poll behind the bell. Default 5 s. */
  readonly pollMs?: number;
  /** Default 1 h. */
  readonly noHandlerGraceMs?: number;
  /** Default 1 m. */
  readonly noHandlerAlertMs?: number;
  /** Of a kept result. Default 1 MiB. */
  readonly maxPayloadBytes?: number;
  /** What the dead letters of a queue may take before the types that die are paused. Default: no limit but that of the store. */
  readonly maxDeadLetterBytes?: number;
  /** For how long audit lines are kept. Default: for ever. */
  readonly auditRetentionMs?: number;
  /** For how long a completed job without key and result can be asked about. Default 0: not at all. */
  readonly retentionCompletedMs?: number;
}

export const WORKER_DEFAULTS = {
  concurrency: 50,
  leaseMs: 30_000,
  sweepIntervalMs: 5_000,
  shutdownGraceMs: 20_000,
  pollMs: 5_000,
  noHandlerGraceMs: 3_600_000,
  noHandlerAlertMs: 60_000,
  maxPayloadBytes: 1_048_576,
  retentionCompletedMs: 0,
} as const satisfies WorkerOptions;

/** What a worker is made of. */
export interface WorkerParts {
  readonly engine: JobConsumer & JobMaintenance & JobInspector;
  readonly registry: JobRegistry;
  readonly clock: Clock;
  readonly bus: JobEventBus;
  readonly options: WorkerOptions;
  /** For the runner's own lines. */
  readonly logger: JobLogger;
  /** For the lines of a job; the context is the job's name. Default: `logger`. */
  readonly loggerFor?: (context: string) => JobLogger;
  readonly redactor?: Redactor;
  /** Done for each queue after its sweep, such as delivering its alerts. */
  readonly duties?: readonly QueueDuty[];
  /** How this process fares, for the worker's announcements. */
  readonly vitals?: () => WorkerAnnouncement['vitals'];
  /** Follows attempts. Default: nobody does. */
  readonly tracer?: JobTracer;
  /** For jitter. Default Math.random. */
  readonly random?: () => number;
}
