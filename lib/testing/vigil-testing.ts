import type { Duration } from '../core/duration.js';
import type { JobContract } from '../core/job-contract.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobSnapshot } from '../core/job-snapshot.js';
import type { DeadLetter } from '../dead-letters/job-lives.js';
import { VigilError } from '../core/vigil.error.js';
import type { ContractResolver } from '../client/contract.resolver.js';
import { splitTarget, type JobArguments, type ServiceClass } from '../client/job-arguments.js';
import type { DeadLetterService } from '../dead-letters/dead-letter.service.js';
import type { JobKeys } from '../decorators/job-handler.js';
import type { JobEngine } from '../engine/engine.port.js';
import type { OutboxDrain } from '../monitoring/alerts/outbox-drain.js';
import type { JobWorker } from '../runner/worker.js';
import { type Gate } from './gate.js';
import type { KitClock } from './kit-clock.js';
import type { ManualClock } from './manual-clock.js';
import { StoreView } from './store-view.js';

/**
 * What happened during a `run`, `drain` or `advance`.
 *
 * @example
 * const { completed, buried }: RunReport = await vigil.drain();
 * @publicApi
 */
export interface RunReport {
  readonly completed: number;
  /** Attempts that failed and will be repeated. */
  readonly retried: number;
  readonly buried: number;
}

export interface TestingParts {
  readonly engine: JobEngine;
  readonly clock: KitClock;
  readonly gate: Gate;
  readonly worker: JobWorker;
  readonly bus: JobEventBus;
  readonly resolver: ContractResolver;
  readonly deadLetters: DeadLetterService;
  readonly outbox: OutboxDrain;
  /** Finds the jobs of the application, if its hooks have not done so. */
  readonly explore: () => Promise<void>;
}

// Taken at load, so that a test's fake timers do not stand still under it.
const { setTimeout: later, clearTimeout: never } = globalThis;

/** Real time that a handler has for its I/O: before `run` gives up, and before `advance` takes it for one that waits for time. */
const LONGEST_RUN_MS = 5_000;
const LONGEST_STEP_MS = 100;
const MOST_STEPS = 10_000;

/**
 * Runs jobs in a test, when the test says so: on the memory engine, by a clock that stands still until it is moved. Nothing
 * starts by itself.
 *
 * @example
 * async function chargesOnce(vigil: VigilTesting, jobs: JobClient): Promise<void> {
 *   await jobs.enqueue(defineJob<ChargeOrder>('billing.charge', { idempotencyKey: 'orderId' }), order);
 *   expect(await vigil.run()).toEqual({ completed: 1, retried: 0, buried: 0 });
 * }
 * @publicApi
 */
export class VigilTesting {
  private readonly store: StoreView;
  private readonly mostSteps = MOST_STEPS;
  private turn: Promise<unknown> = Promise.resolve();
  /** What was still running when a step of time had waited for it: it waits for time, so later steps do not wait for it again. */
  private stuck = -1;

  /** @internal built by the module */
  constructor(private readonly parts: TestingParts) {
    this.store = new StoreView(parts.engine, parts.deadLetters);
    parts.clock.beforeStep = () => this.settle();
  }

  /** The time that the jobs see. `advance` moves it and runs what becomes due. */
  get clock(): ManualClock {
    return this.parts.clock;
  }

  /**
   * What waits or is scheduled, in the order of enqueueing: all jobs, or those of one type.
   *
   * @throws VigilError `NOT_A_JOB`
   */
  enqueued(): Promise<JobSnapshot[]>;
  enqueued<I, O, R>(contract: JobContract<I, O, R>): Promise<JobSnapshot[]>;
  enqueued<S>(service: ServiceClass<S>, method: JobKeys<S>): Promise<JobSnapshot[]>;
  async enqueued(...args: unknown[]): Promise<JobSnapshot[]> {
    await this.parts.explore();
    const type =
      args.length === 0 ? undefined : splitTarget(this.parts.resolver, args as unknown as JobArguments).contract.name;
    return this.store.pending(type);
  }

  /**
   * Runs what is due, and what that enqueues, until nothing is left to do at this time. Retries wait for theirs.
   *
   * @throws VigilError `TESTING_STILL_RUNNING` when a handler does not end within 5 real seconds
   */
  run(): Promise<RunReport> {
    return this.work(() => this.quiet());
  }

  /**
   * Runs everything, moving time to whatever is due next, until nothing is scheduled any more and nothing waits for a rate limit.
   *
   * @throws VigilError `TESTING_STILL_RUNNING`; `TESTING_ENDLESS` when jobs go on enqueueing others
   */
  drain(): Promise<RunReport> {
    return this.work(async () => {
      for (let step = 0; step < this.mostSteps; step++) {
        await this.quiet();
        const dueAt = (await this.store.nextDueAt()) ?? (await this.nextStart());
        if (dueAt === undefined) return;
        await this.parts.clock.advance(Math.max(0, dueAt - this.parts.clock.now()));
      }
      throw new VigilError(
        'TESTING_ENDLESS',
        `drain: after ${this.mostSteps} steps of time there is still something scheduled. Jobs that enqueue each other have no end; use advance().`,
      );
    });
  }

  /**
   * Runs what is due, then moves time on, running what becomes due on the way, letting timeouts and expiries happen.
   *
   * @throws VigilError `DURATION_INVALID`
   */
  advance(duration: Duration): Promise<RunReport> {
    return this.work(async () => {
      await this.parts.clock.advance(duration);
      await this.parts.worker.sweep();
      await this.settle();
    });
  }

  /** What was buried, newest first, with payload and history. */
  async deadLetters(): Promise<DeadLetter[]> {
    return this.store.deadLetters();
  }

  /** One after the other, each with the gate open and its own tally. */
  private work(step: () => Promise<void>): Promise<RunReport> {
    const report = this.turn.then(() => this.tallied(step));
    this.turn = report.catch(() => undefined);
    return report;
  }

  private async tallied(step: () => Promise<void>): Promise<RunReport> {
    const { bus, gate, worker, explore } = this.parts;
    await explore();
    await worker.start();
    const tally = { completed: 0, retried: 0, buried: 0 };
    const unsubscribe = [
      bus.on('job.completed', () => tally.completed++),
      bus.on('job.retried', () => tally.retried++),
      bus.on('job.buried', () => tally.buried++),
    ];
    this.stuck = -1;
    gate.open();
    try {
      await step();
      return tally;
    } finally {
      gate.close();
      unsubscribe.forEach((stop) => stop());
    }
  }

  /** When a rate limit lets something through that waits for it. */
  private async nextStart(): Promise<number | undefined> {
    const at = this.parts.gate.nextDueAt;
    if (at === undefined || at <= this.parts.clock.now()) return undefined;
    return (await this.store.pending()).length > 0 ? at : undefined;
  }

  private async quiet(): Promise<void> {
    if (await within(LONGEST_RUN_MS, this.rest())) return;
    const running = await this.store.running();
    throw new VigilError(
      'TESTING_STILL_RUNNING',
      `still running after ${LONGEST_RUN_MS / 1_000} real seconds: ${running.join(', ')}. If it waits for a timeout, move time: await vigil.advance('30s').`,
    );
  }

  /** Nothing runs, and nothing is to be enqueued for what died. */
  private async rest(): Promise<void> {
    do await this.parts.worker.quiet();
    while (await this.parts.outbox.idle());
  }

  private async settle(): Promise<void> {
    const { worker } = this.parts;
    const isStuck = worker.running > 0 && worker.running === this.stuck;
    if (!isStuck) this.stuck = (await within(LONGEST_STEP_MS, this.rest())) ? -1 : worker.running;
  }
}

async function within(ms: number, work: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = later(() => resolve(false), ms)));
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    never(timer);
  }
}
