import { systemClock, type Clock } from '../../core/clock.js';
import type { EngineReport, JobEngine } from '../engine.port.js';
import { EngineUnavailableError } from '../engine.errors.js';
import { MemoryAlerts } from './memory-alerts.js';
import { MemoryAudit } from './memory-audit.js';
import { MemoryClaims } from './memory-claims.js';
import { MemoryCron } from './memory-cron.js';
import { MemoryConsumer } from './memory-consumer.js';
import { MemoryDeadLetters } from './memory-dead-letters.js';
import { MemoryFigures } from './memory-figures.js';
import { MemoryInspector } from './memory-inspector.js';
import { MemoryLedger } from './memory-ledger.js';
import { MemoryMaintenance } from './memory-maintenance.js';
import { MemoryPlans } from './memory-plans.js';
import { MemoryPressure } from './memory-pressure.js';
import { MemoryProducer } from './memory-producer.js';
import { MemoryStore } from './memory-store.js';
import { MemoryTransitions } from './memory-transitions.js';

const DURABILITY = 'none: jobs end with this process';

/**
 * The store of jobs in this process, for tests and for what may end with it. Keeps every promise of the port but durability.
 * Two engines on the same `store` behave like two clients of one server.
 */
export class MemoryEngine implements JobEngine {
  private readonly pending = new Set<() => void>();
  private readonly producer: MemoryProducer;
  private readonly consumer: MemoryConsumer;
  private readonly maintenance: MemoryMaintenance;
  private readonly inspector: MemoryInspector;
  private readonly dead: MemoryDeadLetters;
  private readonly plans: MemoryPlans;
  private readonly books: MemoryLedger;
  private readonly figures: MemoryFigures;
  private readonly alerts: MemoryAlerts;
  private readonly cron: MemoryCron;
  private closed = false;

  constructor(clock: Clock = systemClock, store = new MemoryStore()) {
    const transitions = new MemoryTransitions(store);
    const audit = new MemoryAudit(clock);
    this.producer = new MemoryProducer(store, transitions, audit, clock, this.pending);
    this.consumer = new MemoryConsumer(store, transitions, new MemoryClaims(transitions), clock, this.pending);
    this.maintenance = new MemoryMaintenance(store, transitions, clock, new MemoryPressure(audit, clock));
    this.inspector = new MemoryInspector(store, audit, clock);
    this.dead = new MemoryDeadLetters(store, transitions, audit, clock);
    this.plans = new MemoryPlans(store, this.dead, audit, clock);
    this.books = new MemoryLedger(store, clock);
    this.figures = new MemoryFigures(store, clock);
    this.cron = new MemoryCron(store, transitions, audit, clock);
    this.alerts = new MemoryAlerts(store, audit);
  }

  async open(): Promise<EngineReport> {
    return {
      engine: 'memory',
      durability: DURABILITY,
      warnings: [
        'Jobs are kept in memory only: they are lost when this process ends, and other processes do not see them. Set `redis` to keep them.',
      ],
    };
  }

  async close(): Promise<void> {
    this.closed = true;
    for (const end of [...this.pending]) end();
  }

  readonly enqueue: JobEngine['enqueue'] = (...args) => this.asked(() => this.producer.enqueue(...args));
  readonly cancel: JobEngine['cancel'] = (...args) => this.asked(() => this.producer.cancel(...args));
  readonly watch: JobEngine['watch'] = (...args) => this.asked(() => this.producer.watch(...args));

  readonly turn: JobEngine['turn'] = (...args) => this.asked(() => this.consumer.turn(...args));
  readonly heartbeat: JobEngine['heartbeat'] = (...args) => this.asked(() => this.consumer.heartbeat(...args));
  readonly record: JobEngine['record'] = (...args) => this.asked(() => this.consumer.record(...args));
  readonly waitForWork: JobEngine['waitForWork'] = (...args) => this.asked(() => this.consumer.waitForWork(...args));
  readonly onCancelRequest: JobEngine['onCancelRequest'] = (...args) =>
    this.asked(() => this.consumer.onCancelRequest(...args));
  readonly retire: JobEngine['retire'] = (...args) => this.asked(() => this.consumer.retire(...args));

  readonly sweep: JobEngine['sweep'] = (...args) => this.asked(() => this.maintenance.sweep(...args));
  readonly takeAlerts: JobEngine['takeAlerts'] = (...args) => this.asked(() => this.maintenance.takeAlerts(...args));
  readonly acknowledgeAlerts: JobEngine['acknowledgeAlerts'] = (...args) =>
    this.asked(() => this.maintenance.acknowledgeAlerts(...args));

  readonly getHolder: JobEngine['getHolder'] = (...args) => this.asked(() => this.inspector.getHolder(...args));
  readonly get: JobEngine['get'] = (...args) => this.asked(() => this.inspector.get(...args));
  readonly list: JobEngine['list'] = (...args) => this.asked(() => this.inspector.list(...args));
  readonly queues: JobEngine['queues'] = () => this.asked(() => this.inspector.queues());
  readonly stats: JobEngine['stats'] = (...args) => this.asked(() => this.inspector.stats(...args));
  readonly workers: JobEngine['workers'] = (...args) => this.asked(() => this.inspector.workers(...args));
  readonly setPaused: JobEngine['setPaused'] = (...args) => this.asked(() => this.inspector.setPaused(...args));

  readonly deadLetters: JobEngine['deadLetters'] = (...args) => this.asked(() => this.dead.deadLetters(...args));
  readonly deadLetterGroups: JobEngine['deadLetterGroups'] = (...args) =>
    this.asked(() => this.dead.deadLetterGroups(...args));
  readonly replay: JobEngine['replay'] = (...args) => this.asked(() => this.dead.replay(...args));
  readonly copyDead: JobEngine['copyDead'] = (...args) => this.asked(() => this.dead.copyDead(...args));
  readonly importDead: JobEngine['importDead'] = (...args) => this.asked(() => this.dead.importDead(...args));
  readonly resolve: JobEngine['resolve'] = (...args) => this.asked(() => this.dead.resolve(...args));
  readonly audit: JobEngine['audit'] = (...args) => this.asked(() => this.dead.audit(...args));

  readonly writePlan: JobEngine['writePlan'] = (...args) => this.asked(() => this.plans.writePlan(...args));
  readonly readPlan: JobEngine['readPlan'] = (...args) => this.asked(() => this.plans.readPlan(...args));
  readonly listPlans: JobEngine['listPlans'] = (...args) => this.asked(() => this.plans.listPlans(...args));
  readonly attendPlans: JobEngine['attendPlans'] = (...args) => this.asked(() => this.plans.attendPlans(...args));
  readonly openPlanPart: JobEngine['openPlanPart'] = (...args) => this.asked(() => this.plans.openPlanPart(...args));
  readonly movePlanned: JobEngine['movePlanned'] = (...args) => this.asked(() => this.plans.movePlanned(...args));
  readonly lookAtPlanned: JobEngine['lookAtPlanned'] = (...args) => this.asked(() => this.plans.lookAtPlanned(...args));

  readonly readLedger: JobEngine['readLedger'] = (...args) => this.asked(() => this.books.readLedger(...args));
  readonly lastLedger: JobEngine['lastLedger'] = (...args) => this.asked(() => this.books.lastLedger(...args));
  readonly keepLedger: JobEngine['keepLedger'] = (...args) => this.asked(() => this.books.keepLedger(...args));
  readonly takeDuty: JobEngine['takeDuty'] = (...args) => this.asked(() => this.books.takeDuty(...args));

  readonly storeTime: JobEngine['storeTime'] = () => this.asked(() => this.figures.storeTime());
  readonly minuteFigures: JobEngine['minuteFigures'] = (...args) =>
    this.asked(() => this.figures.minuteFigures(...args));
  readonly addFigures: JobEngine['addFigures'] = (...args) => this.asked(() => this.figures.addFigures(...args));
  readonly depths: JobEngine['depths'] = (...args) => this.asked(() => this.figures.depths(...args));
  readonly upkeep: JobEngine['upkeep'] = (...args) => this.asked(() => this.figures.upkeep(...args));
  readonly noteDepths: JobEngine['noteDepths'] = (...args) => this.asked(() => this.figures.noteDepths(...args));

  readonly declareCron: JobEngine['declareCron'] = (...args) => this.asked(() => this.cron.declareCron(...args));
  readonly takeSlot: JobEngine['takeSlot'] = (...args) => this.asked(() => this.cron.takeSlot(...args));
  readonly noteCron: JobEngine['noteCron'] = (...args) => this.asked(() => this.cron.noteCron(...args));
  readonly alertCron: JobEngine['alertCron'] = (...args) => this.asked(() => this.cron.alertCron(...args));
  readonly keptCron: JobEngine['keptCron'] = (...args) => this.asked(() => this.cron.keptCron(...args));
  readonly openRuns: JobEngine['openRuns'] = (...args) => this.asked(() => this.cron.openRuns(...args));
  readonly cronHistory: JobEngine['cronHistory'] = (...args) => this.asked(() => this.cron.cronHistory(...args));
  readonly setCronPaused: JobEngine['setCronPaused'] = (...args) => this.asked(() => this.cron.setCronPaused(...args));
  readonly forgetCron: JobEngine['forgetCron'] = (...args) => this.asked(() => this.cron.forgetCron(...args));

  readonly keptAlerts: JobEngine['keptAlerts'] = (...args) => this.asked(() => this.alerts.keptAlerts(...args));
  readonly writeAlerts: JobEngine['writeAlerts'] = (...args) => this.asked(() => this.alerts.writeAlerts(...args));
  readonly health: JobEngine['health'] = () =>
    this.asked(async () => ({ latencyMs: 0, isWritable: true, durability: DURABILITY }));

  private async asked<T>(work: () => Promise<T>): Promise<T> {
    if (this.closed) throw new EngineUnavailableError('the engine was closed; nothing can be asked of it any more');
    return work();
  }
}
