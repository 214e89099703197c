import type { JobEvent } from '../core/job-event.js';
import { JobEventBus } from '../core/job-event-bus.js';
import { JobRegistry } from '../core/job-registry.js';
import { parseJobId } from '../core/job-id.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobDeadLetters } from '../engine/dead-letter.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import type { JobLedger } from '../engine/ledger.port.js';
import { CronLane, type CronLaneParts } from './cron-lane.js';
import { LocalOutcomes } from './local-outcomes.js';

const BY = { actor: 'cron', reason: 'a run of an entry with lock: false died in its process' };
/** Slots and runs are looked at this often. */
const WATCH_MS = 10_000;
/** Dead runs that could not be moved when they died are tried again, so many at once. */
const MOST_MOVED = 100;

/** A worker of this process alone. */
export interface LocalWorker {
  start(): Promise<void>;
  drain(): Promise<void>;
}

/** What delivers the alerts of the store of this process. */
export interface LocalOutbox {
  runOnce(queue: string): Promise<void>;
  close(): Promise<void>;
}

export interface LocalLaneParts extends Omit<CronLaneParts, 'bus' | 'isEngineShared'> {
  readonly engine: CronLaneParts['engine'] &
    Pick<JobDeadLetters, 'copyDead' | 'resolve' | 'deadLetters'> &
    Pick<JobLedger, 'takeDuty'>;
  /** Where dead runs are kept, so that they outlive the process. */
  readonly graveyard: Pick<JobDeadLetters, 'importDead'>;
  /** Where what became of slots is added up over all processes. */
  readonly figures: Pick<JobFigures, 'addFigures'>;
  /** Of the application: it is told what happens here, and tells what becomes of runs that are replayed. */
  readonly applicationBus: JobEventBus;
  readonly logger: JobLogger;
  /** @param attend what is done for a queue after each of its sweeps */
  workerFor(registry: JobRegistry, bus: JobEventBus, attend: (queue: string) => Promise<void>): LocalWorker;
  outboxFor(bus: JobEventBus): LocalOutbox;
  /** The dead man's switch, where there is one. */
  readonly watch?: { run(queue: string): Promise<void> };
}

/**
 * Entries with `lock: false`: every instance runs each slot, so slots and runs are kept in the process. They have all that other runs
 * have; one that dies is moved to where all dead letters are, and what is to be told is told where all alerts are.
 */
export class LocalLane {
  readonly lane: CronLane;
  readonly registry = new JobRegistry();
  private readonly bus: JobEventBus;
  private readonly outbox: LocalOutbox;
  private readonly moving = new Set<Promise<void>>();
  private readonly outcomes: LocalOutcomes;
  private worker: LocalWorker | undefined;

  constructor(private readonly parts: LocalLaneParts) {
    const { logger, applicationBus } = parts;
    this.bus = new JobEventBus((error) => logger.warn(`a listener failed: ${String(error)}`));
    // The application's worker says which queues there are, and runs what is replayed.
    this.lane = new CronLane({ ...parts, bus: applicationBus, isEngineShared: false });
    this.outbox = parts.outboxFor(this.bus);
    this.outcomes = new LocalOutcomes({ lane: this.lane, figures: parts.figures });
    this.bus.subscribe((event) => this.passOn(event));
    applicationBus.on('worker.started', () => this.start());
    applicationBus.on('worker.draining', () => void this.worker?.drain());
  }

  async close(): Promise<void> {
    await this.worker?.drain();
    await this.lane.close();
    await Promise.all(this.moving);
    // Nobody else can deliver what is left.
    for (const queue of this.queues()) await this.outbox.runOnce(queue);
    await this.outbox.close();
    await this.tellOutcomes().catch((error: unknown) => {
      this.parts.logger.warn(`cron entries with lock: false: the last figures could not be told: ${String(error)}`);
    });
  }

  /** @throws what the store says; it is told the next time */
  tellOutcomes(): Promise<void> {
    return this.outcomes.flush();
  }

  private queues(): ReadonlySet<string> {
    return new Set(this.lane.all().map(({ queue }) => queue));
  }

  private start(): void {
    if (this.lane.size === 0) return;
    this.worker ??= this.parts.workerFor(this.registry, this.bus, (queue) => this.attend(queue));
    this.worker.start().catch((error: unknown) => {
      this.parts.logger.error(`cron entries with lock: false do not run: ${String(error)}`);
    });
  }

  private async attend(queue: string): Promise<void> {
    const { engine, watch } = this.parts;
    const { items } = await engine.deadLetters({ queue }, MOST_MOVED);
    for (const { id } of items) this.bury(id);
    if (watch && (await engine.takeDuty(queue, 'cron', WATCH_MS))) await watch.run(queue);
    await this.outbox.runOnce(queue);
  }

  private passOn(event: JobEvent): void {
    if (event.type === 'job.buried') this.bury(event.id);
    if (event.type.startsWith('job.')) this.parts.applicationBus.emit(event);
  }

  private bury(id: string): void {
    const { logger } = this.parts;
    const work = this.moveDead(id).catch((error: unknown) => {
      logger.error(`the dead run ${id} could not be moved to the dead letters: ${String(error)}; it is tried again`);
    });
    this.moving.add(work);
    void work.finally(() => this.moving.delete(work));
  }

  private async moveDead(id: string): Promise<void> {
    const { engine, graveyard } = this.parts;
    const ref = parseJobId(id);
    const copy = await engine.copyDead(ref);
    if (!copy) return;
    // Whatever it answers, it has it: where it is no longer dead, somebody has replayed it since.
    await graveyard.importDead(copy, BY);
    await engine.resolve(ref, 0, BY);
  }
}
