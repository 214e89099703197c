import { hostname } from 'node:os';
import { Logger, type Provider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Clock } from './core/clock.js';
import { JobEventBus } from './core/job-event-bus.js';
import type { JobLogger } from './core/job-logger.js';
import { JobRegistry } from './core/job-registry.js';
import { workerName } from './core/worker-name.js';
import { CronExplorer } from './discovery/cron.explorer.js';
import type { JobEngine } from './engine/engine.port.js';
import { MemoryEngine } from './engine/memory/memory.engine.js';
import { AlertBook } from './monitoring/alerts/alert-book.js';
import { OutboxDrain, type OutboxSteps } from './monitoring/alerts/outbox-drain.js';
import { unfailing } from './runner/unfailing-logger.js';
import { WORKER_DEFAULTS } from './runner/worker.options.js';
import { JobWorker } from './runner/worker.js';
import { CronLane } from './scheduler/cron-lane.js';
import { CronRuntime } from './scheduler/cron-runtime.js';
import { CronService } from './scheduler/cron.service.js';
import { CronWatch } from './scheduler/cron-watch.js';
import { LocalLane } from './scheduler/local-lane.js';
import { LockDirectory } from './scheduler/locks/lock-directory.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_CLOCK, VIGIL_ENGINE, VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

/** Nobody can read the audit of a store of one process. */
const LOCAL_AUDIT_MS = 3_600_000;
const instance = workerName({ host: hostname(), pid: process.pid });

/** What runs by the clock. */
export const cronProviders: Provider[] = [
  // For applications without ScheduleModule.
  { provide: SchedulerRegistry, useFactory: () => new SchedulerRegistry() },
  {
    provide: CronLane,
    inject: [VIGIL_ENGINE, JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS, VIGIL_LOGGER],
    useFactory: (engine: JobEngine, bus: JobEventBus, clock: Clock, settings: VigilSettings, logger: JobLogger) =>
      new CronLane({ engine, bus, ...laneParts(clock, settings, logger), isEngineShared: engine.locks !== undefined }),
  },
  {
    provide: LocalLane,
    inject: [VIGIL_ENGINE, JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS, VIGIL_LOGGER, AlertBook],
    useFactory: localLane,
  },
  {
    provide: CronRuntime,
    inject: [CronLane, LocalLane, JobRegistry, VIGIL_LOGGER, LockDirectory],
    useFactory: (shared: CronLane, local: LocalLane, jobs: JobRegistry, logger: JobLogger, locks: LockDirectory) =>
      new CronRuntime({
        ...{ shared, local, jobs, logger },
        lockOf: ({ lock, declaredBy }) => locks.providerOf(lock, `@Cron on ${declaredBy}`),
      }),
  },
  {
    provide: CronExplorer,
    inject: [ModulesContainer, ApplicationConfig, CronRuntime, VIGIL_SETTINGS],
    useFactory: (
      modules: ModulesContainer,
      applicationConfig: ApplicationConfig,
      runtime: CronRuntime,
      { defaults, enhancers, asyncContext }: VigilSettings,
    ) =>
      new CronExplorer({
        ...{ modules, applicationConfig, defaults, enhancers, asyncContext },
        take: ({ entry, job }, invoke) => runtime.take(entry, job, invoke),
      }),
  },
  {
    provide: CronService,
    inject: [VIGIL_ENGINE, CronLane, LocalLane],
    useFactory: (engine: JobEngine, shared: CronLane, { lane: local }: LocalLane) =>
      new CronService({ engine, lanes: [shared], local, instance }),
  },
  { provide: CronWatch, inject: [VIGIL_ENGINE], useFactory: (engine: JobEngine) => new CronWatch({ engine }) },
];

function laneParts(
  clock: Clock,
  { worker, cronBeatMs: beatMs }: VigilSettings,
  logger: JobLogger,
): Pick<ConstructorParameters<typeof CronLane>[0], 'clock' | 'logger' | 'instance' | 'lockTtlMs' | 'beatMs'> {
  const lockTtlMs = Math.max(1_000, worker?.leaseMs ?? WORKER_DEFAULTS.leaseMs);
  return { clock, logger, instance, lockTtlMs, ...(beatMs !== undefined && { beatMs }) };
}

function localLane(
  graveyard: JobEngine,
  applicationBus: JobEventBus,
  clock: Clock,
  settings: VigilSettings,
  logger: JobLogger,
  book: AlertBook,
): LocalLane {
  const engine = new MemoryEngine(clock);
  const { worker: options = {}, redactor, alerts, monitors } = settings;
  const count: OutboxSteps['count'] = (queue, entries) => book.countForeign(queue, entries);
  return new LocalLane({
    ...laneParts(clock, settings, logger),
    ...{ engine, graveyard, figures: graveyard, applicationBus },
    workerFor: (registry, bus, attend) =>
      new JobWorker({
        ...{ engine, registry, bus, clock, logger, redactor },
        options: { ...options, queues: undefined, auditRetentionMs: LOCAL_AUDIT_MS },
        duties: [attend],
        loggerFor: (context) => unfailing(new Logger(context)),
      }),
    outboxFor: (bus) => new OutboxDrain(engine, logger, bus, redactor, alerts && { count }),
    ...(monitors && { watch: new CronWatch({ engine }) }),
  });
}
