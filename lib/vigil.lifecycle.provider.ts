import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { SchedulerRegistry } from '@nestjs/schedule';
import type { Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import { PlanRunner } from './dead-letters/plans/plan-runner.js';
import { CronExplorer } from './discovery/cron.explorer.js';
import { foreignCrons } from './discovery/foreign-crons.js';
import { EventListenerExplorer } from './discovery/event-listener.explorer.js';
import { JobExplorer } from './discovery/job.explorer.js';
import type { JobEngine } from './engine/engine.port.js';
import { AlertChannels } from './monitoring/alerts/alert-channels.js';
import { OutboxDrain } from './monitoring/alerts/outbox-drain.js';
import { JobPrometheus } from './monitoring/metrics/job-prometheus.js';
import { JobTracing } from './monitoring/tracing/job-tracing.js';
import { MonitorRounds } from './monitoring/rounds/monitor-rounds.js';
import { JobEventLogger } from './monitoring/logs/job-event.logger.js';
import { JobWorker } from './runner/worker.js';
import { CronRuntime } from './scheduler/cron-runtime.js';
import { CronService } from './scheduler/cron.service.js';
import { LockDirectory } from './scheduler/locks/lock-directory.js';
import { joinRegistries } from './scheduler/registry/application-registry.js';
import { VigilHooks } from './vigil-hooks.module.js';
import { VigilLifecycle, type LifecycleParts } from './vigil.lifecycle.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_CLOCK, VIGIL_ENGINE, VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

/** Tied to Nest's hooks by `VigilHooks`. */
export const lifecycle: FactoryProvider<VigilLifecycle> = {
  provide: VigilLifecycle,
  inject: [
    VIGIL_SETTINGS,
    VIGIL_ENGINE,
    JobExplorer,
    EventListenerExplorer,
    JobWorker,
    JobEventLogger,
    OutboxDrain,
    MonitorRounds,
    AlertChannels,
    JobPrometheus,
    PlanRunner,
    VigilHooks,
    VIGIL_LOGGER,
    VIGIL_CLOCK,
    LockDirectory,
    CronExplorer,
    CronRuntime,
    CronService,
    SchedulerRegistry,
    ModulesContainer,
    JobTracing,
  ],
  useFactory: (
    settings: VigilSettings,
    engine: JobEngine,
    jobs: JobExplorer,
    listeners: EventListenerExplorer,
    worker: JobWorker,
    eventLogger: JobEventLogger,
    outbox: OutboxDrain,
    rounds: MonitorRounds,
    channels: AlertChannels,
    prometheus: JobPrometheus,
    plans: PlanRunner,
    hooks: VigilHooks,
    logger: JobLogger,
    clock: Clock,
    locks: LockDirectory,
    crons: CronExplorer,
    cron: CronRuntime,
    cronService: CronService,
    registry: SchedulerRegistry,
    modules: ModulesContainer,
    tracing?: JobTracing,
  ) =>
    new VigilLifecycle({
      settings,
      engine,
      jobs,
      listeners,
      worker,
      eventLogger,
      outbox,
      rounds,
      channels,
      prometheus,
      plans,
      hooks,
      logger,
      clock,
      locks,
      crons,
      cron,
      showCron: () => {
        const hasScheduleModule = joinRegistries(registry, modules);
        cron.show(registry, cronService, hasScheduleModule ? foreignCrons(modules) : new Map());
      },
      ...(tracing && { tracing }),
    } satisfies LifecycleParts),
};
