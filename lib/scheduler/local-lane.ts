import type { JobEvent } from '../core/job-event.js';
import { JobEventBus } from '../core/job-event-bus.js';
import { JobRegistry } from '../core/job-registry.js';
import { parseJobId } from '../core/job-id.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobDeadLetters } from '../engine/dead-letter.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import { CronLane, type CronLaneParts } from './cron-lane.js';
import { LocalOutcomes } from './local-outcomes.js';

const BY = { actor: 'cron', reason: 'a run of an entry with lock: false died in its process' };

/** A worker of this process alone. */
export interface LocalWorker {
  start(): Promise<void>;
  drain(): Promise<void>;
}

export interface LocalLaneParts extends Omit<CronLaneParts, 'bus' | 'isEngineShared'> {
  readonly engine: CronLaneParts['engine'] & Pick<JobDeadLetters, 'copyDead'>;
  /** Where dead runs are kept, so that they outlive the process. */
  readonly graveyard: Pick<JobDeadLetters, 'importDead'>;
  /** Where what became of slots is added up over all processes. */
  readonly figures: Pick<JobFigures, 'addFigures'>;
  /** Of the application: it is told what happens here. */
  readonly applicationBus: JobEventBus;
  readonly logger: JobLogger;
  workerFor(registry: JobRegistry, bus: JobEventBus): LocalWorker;
}

/**
 * Entries with `lock: false`: every instance runs each slot, so slots and runs are kept in the process. They have all that other runs
 * have; one that dies is moved to where all dead letters are.
 */
export class LocalLane {
  readonly lane: CronLane;
  readonly registry = new JobRegistry();
  private readonly bus: JobEventBus;
  private readonly moving = new Set<Promise<void>>();
  private readonly outcomes: LocalOutcomes;
  private worker: LocalWorker | undefined;

  constructor(private readonly parts: LocalLaneParts) {
    const { logger } = parts;
    this.bus = new JobEventBus((error) => logger.warn(`a listener failed: ${String(error)}`));
    this.lane = new CronLane({ ...parts, bus: this.bus, isEngineShared: false });
    this.outcomes = new LocalOutcomes({ lane: this.lane, figures: parts.figures });
    this.bus.subscribe((event) => this.passOn(event));
    parts.applicationBus.on('worker.started', () => this.start());
    parts.applicationBus.on('worker.draining', () => void this.worker?.drain());
  }

  async close(): Promise<void> {
    await this.worker?.drain();
    await this.lane.close();
    await Promise.all(this.moving);
    await this.tellOutcomes().catch((error: unknown) => {
      this.parts.logger.warn(`cron entries with lock: false: the last figures could not be told: ${String(error)}`);
    });
  }

  /** @throws what the store says; it is told the next time */
  tellOutcomes(): Promise<void> {
    return this.outcomes.flush();
  }

  private start(): void {
    if (this.lane.size === 0) return;
    this.worker ??= this.parts.workerFor(this.registry, this.bus);
    this.worker.start().catch((error: unknown) => {
      this.parts.logger.error(`cron entries with lock: false do not run: ${String(error)}`);
    });
  }

  private passOn(event: JobEvent): void {
    if (event.type === 'job.buried') this.bury(event.id);
    if (event.type.startsWith('job.')) this.parts.applicationBus.emit(event);
  }

  private bury(id: string): void {
    const { logger } = this.parts;
    const work = this.moveDead(id).catch((error: unknown) => {
      logger.error(`the dead run ${id} could not be moved to the dead letters: ${String(error)}`);
    });
    this.moving.add(work);
    void work.finally(() => this.moving.delete(work));
  }

  private async moveDead(id: string): Promise<void> {
    const copy = await this.parts.engine.copyDead(parseJobId(id));
    if (copy) await this.parts.graveyard.importDead(copy, BY);
  }
}
