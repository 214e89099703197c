import type { EngineReport, JobEngine } from '../engine.port.js';
import type { LockStore } from '../lock-store.port.js';
import { OperationRing } from './operations/operation-ring.js';
import { QueueRegistry } from './operations/queue-registry.js';
import { ReckonedTimes } from './records/reckoned-time.js';
import { RedisAlerts } from './maintenance/redis-alerts.js';
import { STORE_ALERTS } from '../alert.port.js';
import { RedisAudit } from './inspector/redis-audit.js';
import { RedisCancellation } from './producer/redis-cancellation.js';
import { RedisConnection, type RedisConnectionOptions } from './connection/redis-connection.js';
import { RedisCron } from './cron/redis-cron.js';
import { RedisConsumer } from './consumer/redis-consumer.js';
import { RedisDeadLetters } from './inspector/redis-dead-letters.js';
import { RedisDoorbell } from './consumer/redis-doorbell.js';
import { RedisFigures } from './inspector/redis-figures.js';
import { RedisFitness } from './connection/redis-fitness.js';
import { RedisDuties } from './maintenance/redis-duties.js';
import { RedisInspector } from './inspector/redis-inspector.js';
import { RedisLocks } from './locks/redis-locks.js';
import { RedisKeys } from './redis-keys.js';
import { RedisLedger } from './inspector/redis-ledger.js';
import { RedisMaintenance } from './maintenance/redis-maintenance.js';
import { RedisPlans } from './inspector/redis-plans.js';
import { RedisOutbox } from './maintenance/redis-outbox.js';
import { RedisProducer } from './producer/redis-producer.js';
import { RedisSubscriptions } from './connection/redis-subscriptions.js';
import { RedisWatch } from './producer/redis-watch.js';

export interface RedisEngineOptions extends RedisConnectionOptions {
  /** What every key begins with: keeps apart apps on one Redis. */
  readonly prefix: string;
}

/** The store of jobs on Redis: each part of the port is a class of its own, each transition one script. */
export class RedisEngine implements JobEngine {
  readonly locks: LockStore;
  private readonly connection: RedisConnection;
  private readonly times: ReckonedTimes;
  private readonly fitness: RedisFitness;
  private readonly producer: RedisProducer;
  private readonly cancellation: RedisCancellation;
  private readonly watching: RedisWatch;
  private readonly consumer: RedisConsumer;
  private readonly doorbell: RedisDoorbell;
  private readonly subscriptions: RedisSubscriptions;
  private readonly maintenance: RedisMaintenance;
  private readonly outbox: RedisOutbox;
  private readonly inspector: RedisInspector;
  private readonly dead: RedisDeadLetters;
  private readonly journal: RedisAudit;
  private readonly plans: RedisPlans;
  private readonly books: RedisLedger;
  private readonly duties: RedisDuties;
  private readonly figures: RedisFigures;
  private readonly alerts: RedisAlerts;
  private readonly cron: RedisCron;
  private readonly keys: RedisKeys;

  constructor(options: RedisEngineOptions) {
    const connection = new RedisConnection(options);
    const keys = new RedisKeys(options.prefix);
    const registry = new QueueRegistry(connection, keys);
    const ring = new OperationRing();
    const times = new ReckonedTimes();
    this.connection = connection;
    this.times = times;
    this.fitness = new RedisFitness(connection);
    this.subscriptions = new RedisSubscriptions(connection, options.commandTimeoutMs);
    this.producer = new RedisProducer(connection, keys, registry, ring, times, (queue, lines) =>
      this.doorbell.wakeHere(queue, lines),
    );
    this.cancellation = new RedisCancellation(connection, keys, ring, this.subscriptions);
    this.inspector = new RedisInspector(connection, keys, registry, ring);
    this.watching = new RedisWatch(connection, keys, this.subscriptions);
    this.doorbell = new RedisDoorbell(connection, keys, ring.client, options.commandTimeoutMs);
    this.consumer = new RedisConsumer(connection, keys, registry, times, this.doorbell);
    this.maintenance = new RedisMaintenance(connection, keys, registry);
    this.outbox = new RedisOutbox(connection, keys);
    this.dead = new RedisDeadLetters(connection, keys, registry, ring);
    this.journal = new RedisAudit(connection, keys);
    this.plans = new RedisPlans(connection, keys);
    this.locks = new RedisLocks(connection, keys);
    this.books = new RedisLedger(connection, keys);
    this.duties = new RedisDuties(connection, keys);
    this.figures = new RedisFigures(connection, keys);
    this.alerts = new RedisAlerts(connection, keys);
    this.cron = new RedisCron(connection, keys, registry, ring);
    this.keys = keys;
  }

  async open(): Promise<EngineReport> {
    await this.connection.open();
    const report = await this.fitness.check();
    this.times.first.answered(await this.figures.storeTime());
    return report;
  }

  close(): Promise<void> {
    this.watching.close();
    this.doorbell.close();
    this.subscriptions.close();
    this.connection.close();
    return Promise.resolve();
  }

  // Not spread, as the others: these two are called for every job, or for every few.
  readonly enqueue: JobEngine['enqueue'] = (requests) => this.producer.enqueue(requests);
  readonly cancel: JobEngine['cancel'] = (...args) => this.cancellation.cancel(...args);
  readonly watch: JobEngine['watch'] = (...args) => this.watching.watch(...args);

  readonly turn: JobEngine['turn'] = (turn) => this.consumer.turn(turn);
  readonly heartbeat: JobEngine['heartbeat'] = (...args) => this.consumer.heartbeat(...args);
  readonly record: JobEngine['record'] = (...args) => this.consumer.record(...args);
  readonly retire: JobEngine['retire'] = (...args) => this.consumer.retire(...args);
  readonly waitForWork: JobEngine['waitForWork'] = (...args) => this.doorbell.waitForWork(...args);
  readonly onCancelRequest: JobEngine['onCancelRequest'] = (...args) => this.cancellation.onRequest(...args);

  readonly sweep: JobEngine['sweep'] = (...args) => this.maintenance.sweep(...args);
  readonly takeAlerts: JobEngine['takeAlerts'] = (...args) => this.outbox.takeAlerts(...args);
  readonly acknowledgeAlerts: JobEngine['acknowledgeAlerts'] = (...args) => this.outbox.acknowledgeAlerts(...args);

  readonly getHolder: JobEngine['getHolder'] = (...args) => this.inspector.getHolder(...args);
  readonly get: JobEngine['get'] = (...args) => this.inspector.get(...args);
  readonly list: JobEngine['list'] = (...args) => this.inspector.list(...args);
  readonly queues: JobEngine['queues'] = () => this.inspector.queues();
  readonly stats: JobEngine['stats'] = (...args) => this.inspector.stats(...args);
  readonly workers: JobEngine['workers'] = (...args) => this.inspector.workers(...args);
  readonly setPaused: JobEngine['setPaused'] = (...args) => this.inspector.setPaused(...args);

  readonly deadLetters: JobEngine['deadLetters'] = (...args) => this.dead.deadLetters(...args);
  readonly deadLetterGroups: JobEngine['deadLetterGroups'] = (...args) => this.dead.deadLetterGroups(...args);
  readonly replay: JobEngine['replay'] = (...args) => this.dead.replay(...args);
  readonly resolve: JobEngine['resolve'] = (...args) => this.dead.resolve(...args);
  readonly copyDead: JobEngine['copyDead'] = (...args) => this.dead.copyDead(...args);
  readonly importDead: JobEngine['importDead'] = (...args) => this.dead.importDead(...args);
  readonly audit: JobEngine['audit'] = (...args) => this.journal.audit(...args);

  readonly writePlan: JobEngine['writePlan'] = (...args) => this.plans.writePlan(...args);
  readonly readPlan: JobEngine['readPlan'] = (...args) => this.plans.readPlan(...args);
  readonly listPlans: JobEngine['listPlans'] = (...args) => this.plans.listPlans(...args);
  readonly attendPlans: JobEngine['attendPlans'] = (...args) => this.plans.attendPlans(...args);
  readonly openPlanPart: JobEngine['openPlanPart'] = (...args) => this.plans.openPlanPart(...args);
  readonly movePlanned: JobEngine['movePlanned'] = (...args) => this.plans.movePlanned(...args);
  readonly lookAtPlanned: JobEngine['lookAtPlanned'] = (...args) => this.plans.lookAtPlanned(...args);

  readonly readLedger: JobEngine['readLedger'] = (...args) => this.books.readLedger(...args);
  readonly lastLedger: JobEngine['lastLedger'] = (...args) => this.books.lastLedger(...args);
  readonly keepLedger: JobEngine['keepLedger'] = (...args) => this.duties.keepLedger(...args);
  readonly takeDuty: JobEngine['takeDuty'] = (...args) => this.duties.takeDuty(...args);

  readonly storeTime: JobEngine['storeTime'] = () => this.figures.storeTime();
  readonly minuteFigures: JobEngine['minuteFigures'] = (...args) => this.figures.minuteFigures(...args);
  readonly addFigures: JobEngine['addFigures'] = (...args) => this.figures.addFigures(...args);
  readonly depths: JobEngine['depths'] = (...args) => this.figures.depths(...args);
  readonly upkeep: JobEngine['upkeep'] = (...args) => this.figures.upkeep(...args);
  readonly noteDepths: JobEngine['noteDepths'] = (...args) => this.figures.noteDepths(...args);

  readonly declareCron: JobEngine['declareCron'] = (...args) => this.cron.declareCron(...args);
  readonly takeSlot: JobEngine['takeSlot'] = (...args) => this.cron.takeSlot(...args);
  readonly noteCron: JobEngine['noteCron'] = (...args) => this.cron.noteCron(...args);
  readonly alertCron: JobEngine['alertCron'] = (...args) => this.cron.alertCron(...args);
  readonly keptCron: JobEngine['keptCron'] = (...args) => this.cron.keptCron(...args);
  readonly openRuns: JobEngine['openRuns'] = (...args) => this.cron.openRuns(...args);
  readonly cronHistory: JobEngine['cronHistory'] = (...args) => this.cron.cronHistory(...args);
  readonly setCronPaused: JobEngine['setCronPaused'] = (...args) => this.cron.setCronPaused(...args);
  readonly forgetCron: JobEngine['forgetCron'] = (...args) => this.cron.forgetCron(...args);

  readonly keptAlerts: JobEngine['keptAlerts'] = (...args) => this.alerts.keptAlerts(...args);
  readonly writeAlerts: JobEngine['writeAlerts'] = (...args) => this.alerts.writeAlerts(...args);
  readonly health: JobEngine['health'] = () => this.fitness.health(this.keys.queue(STORE_ALERTS).duty('health'));
}
