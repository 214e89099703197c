import { Logger, type Provider } from '@nestjs/common';
import { ModuleRef, ModulesContainer } from '@nestjs/core';
import { ContractResolver } from './client/contract.resolver.js';
import { JobSender } from './client/job-sender.js';
import { JobWatcher } from './client/job-watcher.js';
import { JobClient } from './client/job.client.js';
import { QueueService } from './client/queue.service.js';
import { systemClock, type Clock } from './core/clock.js';
import { JobDirectory } from './core/job-directory.js';
import { JobEventBus } from './core/job-event-bus.js';
import type { JobLogger } from './core/job-logger.js';
import { JobRegistry } from './core/job-registry.js';
import { AuditService } from './dead-letters/audit.service.js';
import { DeadLetterService } from './dead-letters/dead-letter.service.js';
import { DeadLetterPlans } from './dead-letters/plans/dead-letter-plans.js';
import { PlanRunner, PLAN_POLL_MS } from './dead-letters/plans/plan-runner.js';
import { resolvedWindow } from './dead-letters/resolved-window.js';
import type { JobEngine } from './engine/engine.port.js';
import { AlertService } from './monitoring/alerts/alert.service.js';
import { JobHealth } from './monitoring/health/job-health.js';
import { JobHealthIndicator } from './monitoring/health/job-health.indicator.js';
import { OutboxDrain } from './monitoring/alerts/outbox-drain.js';
import { JobEvents } from './monitoring/events/job-events.js';
import { JobMetrics } from './monitoring/metrics/job-metrics.js';
import { JobPrometheus } from './monitoring/metrics/job-prometheus.js';
import { ProcessVitals } from './monitoring/metrics/process-vitals.js';
import { JobTracing } from './monitoring/tracing/job-tracing.js';
import { listenerFailure } from './monitoring/logs/listener-failure.js';
import { unfailing } from './runner/unfailing-logger.js';
import { JobWorker } from './runner/worker.js';
import { CronService } from './scheduler/cron.service.js';
import { LockDirectory } from './scheduler/locks/lock-directory.js';
import { cronProviders } from './vigil.cron.js';
import { findingProviders } from './vigil.discovery.js';
import { knownToCopies } from './vigil.copies.js';
import { openEngine } from './vigil.engine.js';
import { lifecycle } from './vigil.lifecycle.provider.js';
import { lockDirectory } from './vigil.locks.js';
import type { VigilOptions } from './vigil.options.js';
import { monitoringProviders } from './vigil.monitoring.js';
import { tracingProvider } from './vigil.tracing.js';
import { settingsOf, type VigilSettings } from './vigil.settings.js';
import { refuseSecondModule } from './vigil.single-module.js';
import { VIGIL_CLOCK, VIGIL_ENGINE, VIGIL_LOGGER, VIGIL_OPTIONS, VIGIL_SETTINGS } from './vigil.tokens.js';

/** What users inject. */
export const INJECTABLES = knownToCopies([
  JobClient,
  QueueService,
  JobWorker,
  DeadLetterService,
  AuditService,
  JobEvents,
  JobMetrics,
  AlertService,
  JobHealth,
  JobHealthIndicator,
  JobPrometheus,
  CronService,
]);

/** Everything but the options, which each way of configuring the module brings along. */
export function vigilProviders(): Provider[] {
  return [
    ...foundations,
    ...asking,
    ...findingProviders,
    ...doing,
    ...cronProviders,
    ...monitoringProviders,
    tracingProvider,
    lifecycle,
  ];
}

const foundations: Provider[] = [
  { provide: VIGIL_CLOCK, useValue: systemClock },
  { provide: VIGIL_LOGGER, useFactory: (): JobLogger => unfailing(new Logger('Vigil')) },
  {
    provide: VIGIL_SETTINGS,
    inject: [VIGIL_OPTIONS, ModulesContainer],
    useFactory: (options: VigilOptions, modules: ModulesContainer): VigilSettings => {
      refuseSecondModule(modules);
      return settingsOf(options);
    },
  },
  { provide: VIGIL_ENGINE, inject: [VIGIL_SETTINGS, VIGIL_CLOCK, VIGIL_LOGGER], useFactory: openEngine },
  {
    provide: LockDirectory,
    inject: [VIGIL_ENGINE, VIGIL_SETTINGS, VIGIL_CLOCK, VIGIL_LOGGER, ModuleRef],
    useFactory: lockDirectory,
  },
  { provide: JobRegistry, useFactory: () => new JobRegistry() },
  { provide: JobDirectory, useFactory: () => new JobDirectory() },
  {
    provide: JobEventBus,
    inject: [VIGIL_LOGGER, VIGIL_SETTINGS],
    useFactory: (logger: JobLogger, { redactor }: VigilSettings) => new JobEventBus(listenerFailure(logger, redactor)),
  },
];

const asking: Provider[] = [
  {
    provide: ContractResolver,
    inject: [JobDirectory],
    useFactory: (directory: JobDirectory) => new ContractResolver(directory),
  },
  {
    provide: JobSender,
    inject: [VIGIL_ENGINE, JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS, JobTracing],
    useFactory: (
      engine: JobEngine,
      bus: JobEventBus,
      clock: Clock,
      { maxPayloadBytes }: VigilSettings,
      tracing?: JobTracing,
    ) => new JobSender(engine, bus, clock, maxPayloadBytes, tracing),
  },
  {
    provide: JobWatcher,
    inject: [VIGIL_ENGINE, VIGIL_CLOCK],
    useFactory: (engine: JobEngine, clock: Clock) => new JobWatcher(engine, clock),
  },
  {
    provide: JobClient,
    inject: [ContractResolver, JobSender, JobWatcher, VIGIL_ENGINE],
    useFactory: (resolver: ContractResolver, sender: JobSender, watcher: JobWatcher, engine: JobEngine) =>
      new JobClient(resolver, sender, watcher, engine),
  },
  {
    provide: QueueService,
    inject: [VIGIL_ENGINE, JobEventBus, VIGIL_CLOCK],
    useFactory: (engine: JobEngine, bus: JobEventBus, clock: Clock) => new QueueService(engine, bus, clock),
  },
];

const doing: Provider[] = [
  {
    provide: JobWorker,
    inject: [
      ...[VIGIL_ENGINE, JobRegistry, VIGIL_CLOCK, JobEventBus],
      ...[VIGIL_SETTINGS, VIGIL_LOGGER, OutboxDrain, ProcessVitals, JobTracing],
    ],
    useFactory: (
      engine: JobEngine,
      registry: JobRegistry,
      clock: Clock,
      bus: JobEventBus,
      { worker = {}, redactor }: VigilSettings,
      logger: JobLogger,
      outbox: OutboxDrain,
      vitals: ProcessVitals,
      tracer?: JobTracing,
    ) =>
      new JobWorker({
        ...{ engine, registry, clock, bus, logger, redactor },
        ...(tracer && { tracer }),
        options: worker,
        loggerFor: (context) => unfailing(new Logger(context)),
        duties: [(queue) => outbox.runOnce(queue)],
        vitals: () => vitals.now,
      }),
  },
  {
    provide: DeadLetterService,
    inject: [VIGIL_ENGINE, JobRegistry, JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS, PlanRunner],
    useFactory: (
      engine: JobEngine,
      registry: JobRegistry,
      bus: JobEventBus,
      clock: Clock,
      { maxPayloadBytes }: VigilSettings,
      runner: PlanRunner,
    ) => {
      const plans = new DeadLetterPlans({ engine, clock, runner });
      return new DeadLetterService({ engine, registry, bus, clock, maxPayloadBytes, plans });
    },
  },
  {
    provide: PlanRunner,
    inject: [VIGIL_ENGINE, JobRegistry, JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS, VIGIL_LOGGER],
    useFactory: (
      engine: JobEngine,
      registry: JobRegistry,
      bus: JobEventBus,
      clock: Clock,
      { redis, redactor }: VigilSettings,
      logger: JobLogger,
    ) =>
      new PlanRunner({
        ...{ engine, clock, bus, logger, redactor },
        windowOf: (type) => resolvedWindow(registry, type),
        // In memory nobody else's plans can be found.
        ...(redis !== undefined && { pollMs: PLAN_POLL_MS }),
      }),
  },
  { provide: AuditService, inject: [VIGIL_ENGINE], useFactory: (engine: JobEngine) => new AuditService(engine) },
];
