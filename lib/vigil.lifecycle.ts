import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { CancelTimer, Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import type { PlanRunner } from './dead-letters/plans/plan-runner.js';
import type { CronExplorer } from './discovery/cron.explorer.js';
import type { EventListenerExplorer } from './discovery/event-listener.explorer.js';
import type { JobExplorer } from './discovery/job.explorer.js';
import type { JobEngine } from './engine/engine.port.js';
import type { AlertChannels } from './monitoring/alerts/alert-channels.js';
import type { JobPrometheus } from './monitoring/metrics/job-prometheus.js';
import type { JobTracing } from './monitoring/tracing/job-tracing.js';
import type { OutboxDrain } from './monitoring/alerts/outbox-drain.js';
import type { MonitorRounds } from './monitoring/rounds/monitor-rounds.js';
import type { JobEventLogger } from './monitoring/logs/job-event.logger.js';
import type { JobWorker } from './runner/worker.js';
import type { CronRuntime } from './scheduler/cron-runtime.js';
import type { LockDirectory } from './scheduler/locks/lock-directory.js';
import type { VigilHooks } from './vigil-hooks.module.js';
import type { VigilSettings } from './vigil.settings.js';

/** Time to call `enableShutdownHooks()`: an application context is initialised before whoever made it can. */
const HOOKS_EXPECTED_MS = 1_000;

export interface LifecycleParts {
  readonly settings: VigilSettings;
  readonly engine: JobEngine;
  readonly jobs: JobExplorer;
  readonly listeners: EventListenerExplorer;
  readonly worker: JobWorker;
  readonly eventLogger: JobEventLogger;
  readonly outbox: OutboxDrain;
  readonly rounds: MonitorRounds;
  readonly channels: AlertChannels;
  readonly prometheus: JobPrometheus;
  readonly plans: PlanRunner;
  readonly hooks: VigilHooks;
  readonly logger: JobLogger;
  readonly clock: Clock;
  readonly locks: LockDirectory;
  readonly crons: CronExplorer;
  readonly cron: CronRuntime;
  readonly showCron: () => void;
  readonly tracing?: JobTracing;
}

/** From the first look at what was declared to the last word to the store. */
export class VigilLifecycle implements OnModuleInit, OnApplicationShutdown {
  private found: Promise<void> | undefined;
  private cancelLook: CancelTimer | undefined;

  constructor(private readonly parts: LifecycleParts) {
    parts.hooks.begin = () => this.begin();
    parts.hooks.drain = () => parts.worker.drain();
  }

  /** Only the first call looks, whoever makes it. */
  async onModuleInit(): Promise<void> {
    await (this.found ??= this.explore());
  }

  async onApplicationShutdown(): Promise<void> {
    await this.parts.worker.drain();
    await this.close();
  }

  private async explore(): Promise<void> {
    const { jobs, crons, showCron, listeners, locks, channels, prometheus, tracing } = this.parts;
    try {
      await jobs.explore();
      await crons.explore();
      showCron();
      listeners.explore();
      channels.open();
      await prometheus.open();
      await tracing?.open();
      await locks.open();
    } catch (error) {
      // Nest runs no shutdown hooks after a failed start, and an open connection would keep the process alive.
      await this.close();
      throw error;
    }
  }

  /** Not awaited: a store that goes away just now must not keep the application from starting. */
  private begin(): void {
    const { settings, worker, plans, rounds, logger, clock } = this.parts;
    plans.kick();
    if (settings.monitors) rounds.start();
    if (!settings.worker) return logger.log('worker: false, so this process only enqueues');
    if (!settings.autoStart) return logger.log('autoStart: false, so work begins with JobWorker.start()');
    worker.start().catch((error: unknown) => logger.error(`the worker did not start: ${String(error)}`));
    this.cancelLook = clock.schedule(HOOKS_EXPECTED_MS, () => this.lookForHooks(), { unref: true });
  }

  /** Nothing would tell of it later: a process that a signal ends drains nothing and writes no line. */
  private lookForHooks(): void {
    if (process.listenerCount('SIGTERM') > 0) return;
    this.parts.logger.warn(
      'nobody listens for SIGTERM, so whoever stops this process cuts running jobs off, and they run again after the lease. Call app.enableShutdownHooks() in main.ts.',
    );
  }

  private async close(): Promise<void> {
    const { eventLogger, outbox, plans, locks, cron, rounds, prometheus, engine } = this.parts;
    this.cancelLook?.();
    await rounds.close();
    prometheus.close();
    await plans.close();
    await cron.close();
    eventLogger.close();
    await outbox.close();
    locks.close();
    await engine.close();
  }
}
