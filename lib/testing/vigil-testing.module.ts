import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { ContractResolver } from '../client/contract.resolver.js';
import { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import { DeadLetterService } from '../dead-letters/dead-letter.service.js';
import type { JobEngine } from '../engine/engine.port.js';
import { OutboxDrain } from '../monitoring/alerts/outbox-drain.js';
import { MemoryEngine } from '../engine/memory/memory.engine.js';
import { JobWorker } from '../runner/worker.js';
import { vigilModule } from '../vigil.composition.js';
import { VigilLifecycle } from '../vigil.lifecycle.js';
import type { VigilModuleExtras, VigilOptions } from '../vigil.options.js';
import { refuseSecondModule } from '../vigil.single-module.js';
import { settingsOf, type VigilSettings } from '../vigil.settings.js';
import { VIGIL_CLOCK, VIGIL_ENGINE, VIGIL_LOGGER, VIGIL_OPTIONS, VIGIL_SETTINGS } from '../vigil.tokens.js';
import { Gate } from './gate.js';
import { KitClock } from './kit-clock.js';
import { VigilTesting } from './vigil-testing.js';

/**
 * Options of the module for tests.
 *
 * @example
 * const options: VigilTestingOptions = { defaults: { maxRetries: 1 }, startAt: new Date('2030-01-01T00:00:00Z') };
 * @publicApi
 */
export interface VigilTestingOptions
  extends VigilModuleExtras, Pick<VigilOptions, 'defaults' | 'maxPayloadBytes' | 'enhancers' | 'retention' | 'redact'> {
  /** Where the clock stands at first. Default: the real time. */
  readonly startAt?: Date | number;
  /** Write the library's own log lines. Default false. */
  readonly logs?: boolean;
}

/** Long, because time is cheap to skip but not for free; no other worker is there to wait for. */
const UNHURRIED = { leaseMs: 3_600_000, sweepIntervalMs: 60_000, pollMs: 3_600_000, shutdownGraceMs: 0 };

const silent: JobLogger = {
  log: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

/**
 * Stands in for `VigilModule` in tests: jobs are kept in memory, time stands still, and nothing runs until `VigilTesting` says so.
 *
 * @example
 * const testingModule = Test.createTestingModule({ imports: [VigilTestingModule.forRoot()], providers: [PaymentService] });
 * @publicApi
 */
@Module({})
export class VigilTestingModule {
  /** Global unless `isGlobal` is false, so that providers under test need not import it. */
  static forRoot({
    isGlobal = true,
    admin,
    startAt,
    logs = false,
    ...options
  }: VigilTestingOptions = {}): DynamicModule {
    return vigilModule(VigilTestingModule, {
      isGlobal,
      admin,
      options: [{ provide: VIGIL_OPTIONS, useValue: options }],
      providers: [...(logs ? [] : [{ provide: VIGIL_LOGGER, useValue: silent }]), ...kitProviders(startAt)],
      exports: [VigilTesting],
    });
  }
}

function kitProviders(startAt: Date | number | undefined): Provider[] {
  return [
    { provide: VIGIL_CLOCK, useFactory: () => new KitClock(startAt) },
    { provide: Gate, useFactory: () => new Gate() },
    {
      provide: VIGIL_SETTINGS,
      inject: [VIGIL_OPTIONS, ModulesContainer],
      useFactory: (options: VigilOptions, modules: ModulesContainer): VigilSettings => {
        refuseSecondModule(modules);
        // Whatever the options say, jobs are kept in memory.
        const { redis: _redis, ...settings } = settingsOf(options);
        return {
          ...settings,
          worker: { ...settings.worker, ...UNHURRIED },
          autoStart: false,
          monitors: false,
          cronBeatMs: UNHURRIED.sweepIntervalMs,
        };
      },
    },
    {
      provide: VIGIL_ENGINE,
      inject: [VIGIL_CLOCK, Gate],
      useFactory: (clock: KitClock, gate: Gate) => gate.guard(new MemoryEngine(clock)),
    },
    {
      provide: VigilTesting,
      inject: [
        VIGIL_ENGINE,
        VIGIL_CLOCK,
        Gate,
        JobWorker,
        JobEventBus,
        ContractResolver,
        DeadLetterService,
        VigilLifecycle,
        OutboxDrain,
      ],
      useFactory: (
        engine: JobEngine,
        clock: KitClock,
        gate: Gate,
        worker: JobWorker,
        bus: JobEventBus,
        resolver: ContractResolver,
        deadLetters: DeadLetterService,
        lifecycle: VigilLifecycle,
        outbox: OutboxDrain,
      ) =>
        new VigilTesting({
          engine,
          clock,
          gate,
          worker,
          bus,
          resolver,
          deadLetters,
          outbox,
          explore: () => lifecycle.onModuleInit(),
        }),
    },
  ];
}
