import type { Clock } from '../core/clock.js';
import type { CronDefinition } from '../core/cron-definition.js';
import type { CronRun } from '../core/cron-run.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobInvoker } from '../core/job-registry.js';
import type { LockProvider } from '../core/lock-provider.js';
import type { CronStore } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import { CronAdmission } from './cron-admission.js';
import { CronEntry } from './cron-entry.js';
import { CronScheduler } from './cron-scheduler.js';
import { RunRecorder } from './run-recorder.js';

export interface CronLaneParts {
  readonly engine: CronStore & Pick<JobFigures, 'storeTime'>;
  /** Of the worker that runs what this lane has accepted. */
  readonly bus: JobEventBus;
  readonly clock: Clock;
  readonly logger: JobLogger;
  /** `host:pid`. */
  readonly instance: string;
  readonly lockTtlMs: number;
  readonly isEngineShared: boolean;
  readonly beatMs?: number;
}

/** Cron entries whose slots are kept in one store: from the clock to the line in the history. */
export class CronLane {
  readonly scheduler: CronScheduler;
  private readonly entries = new Map<string, CronEntry>();
  private readonly recorder: RunRecorder;
  private readonly admission: CronAdmission;
  private readonly subscriptions: readonly (() => void)[];

  constructor(private readonly parts: CronLaneParts) {
    const { engine, bus, clock, logger, instance, beatMs } = parts;
    const entryOf = (name: string): CronEntry | undefined => this.entries.get(name);
    const all = (): readonly CronEntry[] => [...this.entries.values()];
    this.scheduler = new CronScheduler({ engine, clock, logger, instance, entries: all, beatMs });
    const time = { now: (): number => this.scheduler.now() };
    this.recorder = new RunRecorder({ engine, bus, time, logger, instance, entryOf });
    const { lockTtlMs, isEngineShared } = parts;
    this.admission = new CronAdmission({ watcher: this.recorder, holder: instance, lockTtlMs, isEngineShared });
    this.subscriptions = [
      bus.on('worker.started', ({ queues }) => this.scheduler.start(queues)),
      // No slot once a shutdown began.
      bus.on('worker.draining', () => void this.scheduler.stop()),
    ];
  }

  get store(): CronStore & Pick<JobFigures, 'storeTime'> {
    return this.parts.engine;
  }

  get size(): number {
    return this.entries.size;
  }

  find(name: string): CronEntry | undefined {
    return this.entries.get(name);
  }

  all(): readonly CronEntry[] {
    return [...this.entries.values()];
  }

  /** @throws VigilError `CRON_EXPRESSION_INVALID`, `CRON_ZONE_UNKNOWN` */
  add(definition: CronDefinition, job: JobDefinition, lock: LockProvider | undefined): CronEntry {
    const entry = new CronEntry(definition, job, lock);
    this.entries.set(entry.name, entry);
    return entry;
  }

  /** What runs an entry as a job. */
  invoker(entry: CronEntry, invoke: (run: CronRun) => Promise<unknown>): JobInvoker {
    return this.admission.invoker(entry, invoke);
  }

  /** Waits for what is asked for and what is being written. */
  async close(): Promise<void> {
    for (const unsubscribe of this.subscriptions) unsubscribe();
    await this.scheduler.stop();
    await this.recorder.close();
  }
}
