import { WorkerStoppingError } from '../core/handler-signals.js';
import type { RegisteredJob } from '../core/job-registry.js';
import { recordError } from '../core/record-error.js';
import { noRedaction } from '../core/redaction.js';
import type { WorkerAnnouncement } from '../engine/consumer.port.js';
import { DeadlineQueue } from './deadline-queue.js';
import { settledWithin } from './pause.js';
import { QueueStation } from './queue-station.js';
import type { RunningAttempt } from './running-attempt.js';
import { SlotPool } from './slot-pool.js';
import { soon } from './soon.js';
import { monotonicOf } from '../core/store-clock.js';
import { SuspectSeat } from './suspect-seat.js';
import type { WorkerEnvironment } from './worker-environment.js';
import { newWorkerIdentity } from './worker-identity.js';
import { unfailing } from './unfailing-logger.js';
import { WORKER_DEFAULTS, type WorkerOptions, type WorkerParts } from './worker.options.js';
import { Zombies } from './zombies.js';

/** For so long a stopping worker waits for the store to take its last words. */
const LAST_WORDS_MS = 5_000;

/** One start of a worker: from its first beat until it has drained. The store knows it by an id of its own. */
export class WorkerRun {
  readonly worker = newWorkerIdentity();
  readonly queues: readonly string[];
  private readonly options: Required<Omit<WorkerOptions, 'queues' | 'maxDeadLetterBytes' | 'auditRetentionMs'>> &
    Pick<WorkerOptions, 'queues'>;
  private readonly env: WorkerEnvironment;
  private readonly slots: number;
  private readonly stations: readonly QueueStation[];
  private readonly startedAt: number;
  private draining = false;

  constructor(private readonly parts: WorkerParts) {
    this.options = { ...WORKER_DEFAULTS, ...parts.options };
    this.env = this.environment();
    this.startedAt = parts.clock.now();
    const byQueue = jobsByQueue(parts.registry.all());
    const named = this.options.queues;
    const shared = new SlotPool(this.options.concurrency);
    const pools: [string, SlotPool][] = named
      ? Object.entries(named).map(([queue, slots]) => [queue, new SlotPool(slots)])
      : [...byQueue.keys()].map((queue) => [queue, shared]);
    this.slots = named ? pools.reduce((sum, [, pool]) => sum + pool.size, 0) : shared.size;
    this.stations = pools.flatMap(([queue, pool]) => this.stationOf(queue, byQueue.get(queue), pool));
    this.queues = this.stations.map(({ lane }) => lane.queue);
  }

  get running(): number {
    return this.stations.reduce((sum, { lane }) => sum + lane.runningCount, 0);
  }

  get zombies(): number {
    return this.env.zombies.count;
  }

  async start(): Promise<void> {
    await Promise.all(this.stations.map((station) => station.start()));
    this.parts.bus.emit({
      type: 'worker.started',
      at: this.parts.clock.now(),
      worker: this.worker.id,
      queues: this.queues,
    });
  }

  /** Claims nothing more, waits for what runs, gives back what does not end in time, and takes leave of the store. */
  async drain(): Promise<void> {
    const { bus, clock } = this.parts;
    this.draining = true;
    bus.emit({ type: 'worker.draining', at: clock.now(), worker: this.worker.id, running: this.running });
    const announced = Promise.all(this.stations.map((station) => station.drain()));
    const over = Promise.all(this.lanes.map((lane) => lane.attemptsOver()));
    let released = 0;
    if (!(await settledWithin(clock, this.options.shutdownGraceMs, over))) released = await this.giveBack();
    const settled = Promise.all([announced, ...this.lanes.map((lane) => lane.quiet())]);
    await settledWithin(clock, LAST_WORDS_MS, settled);
    released += await this.leave();
    this.env.deadlines.stop();
    bus.emit({ type: 'worker.stopped', at: clock.now(), worker: this.worker.id, released });
  }

  /** Resolves when nothing runs and a fresh look found nothing to do. */
  async quiet(): Promise<void> {
    await Promise.all(this.lanes.map((lane) => lane.quiet()));
  }

  async sweep(): Promise<void> {
    for (const station of this.stations) await station.sweep();
  }

  private get lanes(): QueueStation['lane'][] {
    return this.stations.map(({ lane }) => lane);
  }

  private async giveBack(): Promise<number> {
    for (const lane of this.lanes) lane.held.stop(new WorkerStoppingError());
    // Handlers that obey their signal get to their own end first.
    await new Promise<void>((resolve) => soon(resolve));
    const before = this.running;
    for (const lane of this.lanes) lane.held.giveBack();
    return before - this.running;
  }

  private async leave(): Promise<number> {
    const { clock, logger } = this.env;
    let released = 0;
    const leaving = this.stations.map(async (station) => {
      try {
        released += await station.leave();
      } catch (error) {
        const { name, message } = recordError(error, this.env.redactor);
        logger.warn(
          `queue ${station.lane.queue}: the worker could not take its leave (${name}: ${message}); its lease will run out`,
        );
      }
    });
    await settledWithin(clock, LAST_WORDS_MS, Promise.all(leaving));
    return released;
  }

  private stationOf(queue: string, jobs: readonly RegisteredJob[] | undefined, pool: SlotPool): QueueStation[] {
    const { env, parts } = this;
    if (!jobs) {
      env.logger.warn(`worker.queues names '${queue}', but no handler is declared for that queue`);
      return [];
    }
    return [new QueueStation({ queue, jobs, pool, env, parts, announcement: (handles) => this.announcement(handles) })];
  }

  private announcement(handles: WorkerAnnouncement['handles']): WorkerAnnouncement {
    return {
      worker: this.worker.id,
      host: this.worker.host,
      pid: this.worker.pid,
      startedAt: this.startedAt,
      state: this.draining ? 'draining' : 'running',
      slots: this.slots,
      running: this.running,
      zombies: this.zombies,
      vitals: this.parts.vitals?.(),
      handles,
    };
  }

  private environment(): WorkerEnvironment {
    const { engine, clock, bus, loggerFor, tracer, redactor = noRedaction, random = Math.random } = this.parts;
    const logger = unfailing(this.parts.logger);
    const { leaseMs, pollMs, maxPayloadBytes, retentionCompletedMs } = this.options;
    const monotonic = monotonicOf(clock);
    const zombies = new Zombies(
      monotonic,
      (attempt, ended, count) => this.tellZombie(attempt, ended, count),
      () => this.lanes.forEach((lane) => lane.kick()),
    );
    return {
      ...{ engine, clock, bus, logger, redactor, random, monotonic, zombies, leaseMs, pollMs },
      ...(tracer && { tracer }),
      worker: this.worker,
      deadlines: new DeadlineQueue(clock),
      suspects: new SuspectSeat(),
      loggerFor: loggerFor ?? (() => logger),
      maxResultBytes: maxPayloadBytes,
      retentionMs: retentionCompletedMs,
    };
  }

  private tellZombie({ job }: RunningAttempt, ended: boolean, zombies: number): void {
    const { bus, clock } = this.parts;
    if (!bus.wants('job.zombie')) return;
    const { id, type: name, queue, attempt } = job;
    bus.emit({ type: 'job.zombie', at: clock.now(), id, name, queue, attempt, ended, zombies });
  }
}

function jobsByQueue(jobs: readonly RegisteredJob[]): Map<string, RegisteredJob[]> {
  const byQueue = new Map<string, RegisteredJob[]>();
  for (const job of jobs) {
    const { queue } = job.definition;
    byQueue.set(queue, [...(byQueue.get(queue) ?? []), job]);
  }
  return byQueue;
}
