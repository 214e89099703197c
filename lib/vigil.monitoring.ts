import type { Provider, Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Clock } from './core/clock.js';
import { JobEventBus } from './core/job-event-bus.js';
import type { JobLogger } from './core/job-logger.js';
import { OptionChecks } from './core/option-checks.js';
import { Compensations } from './dead-letters/on-dead/compensations.js';
import { currentJob } from './discovery/job-scope.js';
import type { JobEngine } from './engine/engine.port.js';
import { AlertBook } from './monitoring/alerts/alert-book.js';
import { AlertChannels } from './monitoring/alerts/alert-channels.js';
import { AlertDelivery } from './monitoring/alerts/alert-delivery.js';
import type { AlertLink } from './monitoring/alerts/alert-link.js';
import { alertSettings } from './monitoring/alerts/alert-settings.js';
import { queueAlerts, storeAlerts } from './monitoring/alerts/alert-tasks.js';
import { AlertService } from './monitoring/alerts/alert.service.js';
import { OutboxDrain } from './monitoring/alerts/outbox-drain.js';
import type { AlertChannel } from './monitoring/channels/alert-channel.js';
import { LogChannel } from './monitoring/channels/log.channel.js';
import { JobHealth } from './monitoring/health/job-health.js';
import { JobHealthIndicator } from './monitoring/health/job-health.indicator.js';
import { JobEvents } from './monitoring/events/job-events.js';
import { ledgerCheck } from './monitoring/ledger/ledger-check.js';
import { JobEventLogger } from './monitoring/logs/job-event.logger.js';
import { LateRejections } from './monitoring/logs/late-rejections.js';
import { JobPrometheus } from './monitoring/metrics/job-prometheus.js';
import { JobMetrics } from './monitoring/metrics/job-metrics.js';
import { ProcessFigures } from './monitoring/metrics/process-figures.js';
import { ProcessVitals } from './monitoring/metrics/process-vitals.js';
import { MonitorRounds, type MonitorTask, type OwnDuty } from './monitoring/rounds/monitor-rounds.js';
import { StoreTime } from './monitoring/rounds/store-time.js';
import { JobWorker } from './runner/worker.js';
import { CronWatch } from './scheduler/cron-watch.js';
import { LocalLane } from './scheduler/local-lane.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_ALERT_LINK, VIGIL_CLOCK, VIGIL_ENGINE, VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

const NO_ALERTS = alertSettings({}, new OptionChecks('VigilModule', 'VIGIL_OPTIONS_INVALID'));

const alertProviders: Provider[] = [
  {
    provide: StoreTime,
    inject: [VIGIL_ENGINE, VIGIL_CLOCK],
    useFactory: (engine: JobEngine, clock: Clock) => new StoreTime(engine, clock),
  },
  {
    provide: AlertBook,
    inject: [VIGIL_ENGINE, VIGIL_SETTINGS, StoreTime],
    useFactory: (engine: JobEngine, { alerts = NO_ALERTS }: VigilSettings, time: StoreTime) =>
      new AlertBook(engine, alerts, time),
  },
  {
    provide: AlertChannels,
    inject: [VIGIL_SETTINGS, VIGIL_LOGGER, ModuleRef],
    useFactory: ({ alerts = NO_ALERTS }: VigilSettings, logger: JobLogger, modules: ModuleRef) =>
      new AlertChannels(alerts.channels, new LogChannel(logger), (type: Type<AlertChannel>) =>
        modules.get(type, { strict: false }),
      ),
  },
  {
    provide: AlertDelivery,
    inject: [
      ...[AlertBook, AlertChannels, VIGIL_LOGGER, VIGIL_SETTINGS, StoreTime],
      { token: VIGIL_ALERT_LINK, optional: true },
    ],
    useFactory: (
      book: AlertBook,
      channels: AlertChannels,
      logger: JobLogger,
      { redactor }: VigilSettings,
      time: StoreTime,
      link?: AlertLink,
    ) => new AlertDelivery({ book, channels, logger, redactor, time, ...(link && { link }) }),
  },
  {
    provide: AlertService,
    inject: [VIGIL_ENGINE, AlertBook, AlertDelivery, StoreTime],
    useFactory: (engine: JobEngine, book: AlertBook, delivery: AlertDelivery, time: StoreTime) =>
      new AlertService({ engine, book, delivery, time }),
  },
  {
    provide: OutboxDrain,
    inject: [VIGIL_ENGINE, VIGIL_LOGGER, JobEventBus, VIGIL_SETTINGS, AlertBook, VIGIL_CLOCK],
    useFactory: (
      engine: JobEngine,
      logger: JobLogger,
      bus: JobEventBus,
      { redactor, alerts }: VigilSettings,
      book: AlertBook,
      clock: Clock,
    ) => {
      const compensations = new Compensations({ engine, bus, clock });
      return new OutboxDrain(engine, logger, bus, redactor, {
        ...(alerts && { count: (queue, entries) => book.count(queue, entries) }),
        follow: (entries) => compensations.follow(entries),
      });
    },
  },
];

/** Slots and runs are looked at this often. */
const CRON_WATCH_MS = 10_000;

/** What sees that all is well, and tells when it is not. */
export const monitoringProviders: Provider[] = [
  ...alertProviders,
  { provide: JobEvents, inject: [JobEventBus], useFactory: (bus: JobEventBus) => new JobEvents(bus) },
  {
    provide: JobEventLogger,
    inject: [JobEventBus, VIGIL_LOGGER],
    useFactory: (bus: JobEventBus, logger: JobLogger) => new JobEventLogger(bus, logger),
  },
  {
    provide: JobMetrics,
    inject: [VIGIL_ENGINE, VIGIL_SETTINGS],
    useFactory: (engine: JobEngine, { timeZone }: VigilSettings) => new JobMetrics({ engine, timeZone }),
  },
  {
    provide: JobHealth,
    inject: [VIGIL_ENGINE, AlertBook, VIGIL_SETTINGS, JobWorker, VIGIL_CLOCK],
    useFactory: (engine: JobEngine, book: AlertBook, settings: VigilSettings, worker: JobWorker, clock: Clock) =>
      new JobHealth({
        ...{ engine, book },
        ...(settings.worker && { worker }),
        monotonic: () => clock.monotonic?.() ?? clock.now(),
      }),
  },
  {
    provide: JobHealthIndicator,
    inject: [JobHealth],
    useFactory: (health: JobHealth) => new JobHealthIndicator(health),
  },
  {
    provide: JobPrometheus,
    inject: [
      ...[VIGIL_ENGINE, JobMetrics, AlertService, JobEventBus],
      ...[ProcessVitals, JobWorker, VIGIL_CLOCK, VIGIL_SETTINGS, VIGIL_LOGGER],
    ],
    useFactory: (
      engine: JobEngine,
      metrics: JobMetrics,
      alerts: AlertService,
      bus: JobEventBus,
      vitals: ProcessVitals,
      worker: JobWorker,
      clock: Clock,
      { prometheus: options, redactor }: VigilSettings,
      logger: JobLogger,
    ) =>
      new JobPrometheus({
        ...{ bus, vitals, worker, logger, redactor },
        source: { engine, metrics, alerts },
        monotonic: () => clock.monotonic?.() ?? clock.now(),
        ...(options && { options }),
      }),
  },
  {
    provide: LateRejections,
    inject: [JobEventBus, VIGIL_CLOCK, VIGIL_SETTINGS],
    useFactory: (bus: JobEventBus, clock: Clock, { redactor }: VigilSettings) =>
      new LateRejections({ currentJob, bus, clock, redactor }),
  },
  { provide: ProcessVitals, useFactory: () => new ProcessVitals() },
  {
    provide: MonitorRounds,
    inject: [
      ...[VIGIL_ENGINE, VIGIL_CLOCK, VIGIL_LOGGER, VIGIL_SETTINGS],
      ...[JobEventBus, ProcessVitals, OutboxDrain, AlertBook, AlertDelivery, LateRejections, CronWatch, LocalLane],
    ],
    useFactory: (
      engine: JobEngine,
      clock: Clock,
      logger: JobLogger,
      { redactor, monitors, alerts: settings, asyncContext }: VigilSettings,
      bus: JobEventBus,
      vitals: ProcessVitals,
      outbox: OutboxDrain,
      book: AlertBook,
      delivery: AlertDelivery,
      late: LateRejections,
      cron: CronWatch,
      local: LocalLane,
    ) => {
      if (asyncContext) late.open();
      // Where nobody sends them to the store, events would be counted for nothing.
      const figures = monitors ? [new ProcessFigures(bus, engine)] : [];
      const alerts = settings && { engine, settings, book, delivery };
      const own: OwnDuty[] = [
        ...figures.map((each) => () => each.flush()),
        () => local.tellOutcomes(),
        (latency) => vitals.sample(latency),
      ];
      const tasks: MonitorTask[] = [
        { name: 'depths', everyMs: 0, run: (queue) => engine.noteDepths(queue) },
        ledgerCheck(engine),
        { name: 'cron', everyMs: CRON_WATCH_MS, run: (queue) => cron.run(queue) },
        { name: 'outbox', everyMs: 0, run: (queue) => outbox.runOnce(queue) },
      ];
      if (alerts) {
        tasks.push(queueAlerts(alerts));
        own.push(storeAlerts(alerts));
      }
      const onClose = (): void => [vitals, late, ...figures].forEach((each) => each.close());
      const onClosing = (): void => delivery.close();
      return new MonitorRounds({ engine, clock, logger, redactor, own, onClosing, onClose, tasks });
    },
  },
];
