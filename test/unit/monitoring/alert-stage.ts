import type { JobLogger } from '../../../lib/core/job-logger.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { createRedactor } from '../../../lib/core/redaction.js';
import { OptionChecks } from '../../../lib/core/option-checks.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import { AlertBook } from '../../../lib/monitoring/alerts/alert-book.js';
import { AlertChannels } from '../../../lib/monitoring/alerts/alert-channels.js';
import { AlertDelivery } from '../../../lib/monitoring/alerts/alert-delivery.js';
import type { AlertLink } from '../../../lib/monitoring/alerts/alert-link.js';
import { alertSettings } from '../../../lib/monitoring/alerts/alert-settings.js';
import { queueAlerts, storeAlerts } from '../../../lib/monitoring/alerts/alert-tasks.js';
import { AlertService } from '../../../lib/monitoring/alerts/alert.service.js';
import type { AlertOptions } from '../../../lib/monitoring/alerts/alert.options.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import type { AlertChannel, AlertNotice } from '../../../lib/monitoring/channels/alert-channel.js';
import { LogChannel } from '../../../lib/monitoring/channels/log.channel.js';
import { ledgerCheck } from '../../../lib/monitoring/ledger/ledger-check.js';
import { MonitorRounds } from '../../../lib/monitoring/rounds/monitor-rounds.js';
import { StoreTime } from '../../../lib/monitoring/rounds/store-time.js';
import type { StoreHealth } from '../../../lib/engine/store-health.port.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import type { EngineHarness } from '../../support/engine-harness.js';
import { EngineScene } from '../../support/engine-scene.js';

/** Remembers what it is told. */
export class HeardChannel implements AlertChannel {
  readonly name = 'heard';
  readonly notices: AlertNotice[] = [];

  async send(notice: AlertNotice): Promise<void> {
    this.notices.push(notice);
  }

  /** `<state> <rule>` of each. */
  get told(): string[] {
    return this.notices.map(({ state, rule }) => `${state} ${rule}`);
  }
}

export interface Instance {
  readonly rounds: MonitorRounds;
  readonly alerts: AlertService;
  readonly outbox: OutboxDrain;
  readonly engine: MemoryEngine;
  readonly book: AlertBook;
}

/** A store, some instances that look after it, and a channel that hears them all. */
export class AlertStage {
  readonly clock = new ManualClock(new Date('2026-11-26T12:00:00Z'));
  readonly store = new MemoryStore();
  readonly heard = new HeardChannel();
  readonly lines: string[] = [];
  readonly instances: Instance[] = [];
  readonly scene: EngineScene;
  health: Partial<StoreHealth> = {};

  constructor(
    private readonly options: AlertOptions = {},
    instances = 1,
    private readonly link?: AlertLink,
  ) {
    const engine = new MemoryEngine(this.clock, this.store);
    const harness: EngineHarness = {
      engine,
      second: new MemoryEngine(this.clock, this.store),
      elapse: (ms) => this.clock.advance(ms),
      close: async () => undefined,
    };
    this.scene = new EngineScene(harness);
    for (let n = 0; n < instances; n++) this.join();
  }

  /** One more instance. */
  join(clock = this.clock): Instance {
    const logger: JobLogger = {
      log: (line) => this.lines.push(`log ${line}`),
      warn: (line) => this.lines.push(`warn ${line}`),
      error: (line) => this.lines.push(`error ${line}`),
      debug: () => undefined,
    };
    const engine = new MemoryEngine(this.clock, this.store);
    const sound = engine.health;
    Object.assign(engine, { health: async () => ({ ...(await sound()), ...this.health }) });
    const checks = new OptionChecks('VigilModule', 'VIGIL_OPTIONS_INVALID');
    const channels = [this.heard, ...(this.options.channels ?? [])];
    const settings = alertSettings({ ...this.options, channels }, checks);
    const time = new StoreTime(engine, clock);
    const book = new AlertBook(engine, settings, time);
    const reached = new AlertChannels(channels, new LogChannel(logger), () => this.heard);
    reached.open();
    const redactor = createRedactor();
    const delivery = new AlertDelivery({
      ...{ book, channels: reached, logger, redactor, time },
      ...(this.link && { link: this.link }),
    });
    const bus = new JobEventBus(() => undefined);
    const outbox = new OutboxDrain(engine, logger, bus, redactor, { count: (...counted) => book.count(...counted) });
    const parts = { engine, settings, book, delivery };
    const rounds = new MonitorRounds({
      ...{ engine, clock: this.clock, logger },
      own: [storeAlerts(parts)],
      tasks: [
        { name: 'depths', everyMs: 0, run: (queue) => engine.noteDepths(queue) },
        ledgerCheck(engine),
        { name: 'outbox', everyMs: 0, run: (queue) => outbox.runOnce(queue) },
        queueAlerts(parts),
      ],
    });
    rounds.start();
    const instance = { rounds, alerts: new AlertService({ engine, book, delivery, time }), outbox, engine, book };
    this.instances.push(instance);
    return instance;
  }

  get alerts(): AlertService {
    return this.instances[0].alerts;
  }

  async close(): Promise<void> {
    for (const { rounds } of this.instances) await rounds.close();
  }
}
