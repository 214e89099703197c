import type { CancelTimer, Clock } from '../../core/clock.js';
import type { JobLogger } from '../../core/job-logger.js';
import { recordError } from '../../core/record-error.js';
import { noRedaction, type Redactor } from '../../core/redaction.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { JobLedger } from '../../engine/ledger.port.js';

/** Often enough for an alert that is to be raised within seconds. */
export const ROUND_MS = 5_000;
/** Spread over so much of it, so that the instances of a fleet do not all ask at the same moment. */
const SPREAD = 0.2;

/** Something that one instance does for each queue, however many there are. */
export interface MonitorTask {
  readonly name: string;
  /** At most once in this time for a queue, over all instances; 0: in each round. */
  readonly everyMs: number;
  run(queue: string): Promise<void>;
}

export type OwnDuty = (storeLatencyMs: number | undefined) => Promise<void> | void;

export interface RoundsOptions {
  readonly engine: Pick<JobInspector, 'queues'> & Pick<JobLedger, 'takeDuty'>;
  readonly clock: Clock;
  readonly logger: JobLogger;
  readonly redactor?: Redactor;
  readonly tasks: readonly MonitorTask[];
  /** What every instance does for itself in each of its rounds; told how long the store took for a command. */
  readonly own?: readonly OwnDuty[];
  /** Ends what the round under way may be waiting for. */
  readonly onClosing?: () => void;
  readonly onClose?: () => void;
  readonly everyMs?: number;
  readonly random?: () => number;
}

/**
 * Looks after every queue from time to time, in each process, whether or not it has a worker: a queue of which all workers are
 * gone has nobody else to tell of it. Whoever comes first does a round; the store turns the others away.
 */
export class MonitorRounds {
  private readonly everyMs: number;
  private readonly failing = new Set<string>();
  private cancelNext: CancelTimer | undefined;
  private going: Promise<void> | undefined;
  private closed = false;

  constructor(private readonly options: RoundsOptions) {
    this.everyMs = options.everyMs ?? ROUND_MS;
  }

  start(): void {
    if (this.closed || this.cancelNext) return;
    this.later();
  }

  /** Waits for the round under way. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.cancelNext?.();
    this.options.onClosing?.();
    await this.going;
    // A store that is away would keep the process from ending.
    if (this.cancelNext && this.failing.size === 0) await this.doOwn(undefined);
    this.options.onClose?.();
  }

  /** One round over all queues; never rejects. */
  async runOnce(): Promise<void> {
    const { engine } = this.options;
    const queues: string[] = [];
    let latency: number | undefined;
    await this.attempt('the list of queues', async () => {
      const asked = performance.now();
      queues.push(...(await engine.queues()));
      latency = performance.now() - asked;
    });
    await this.doOwn(latency);
    for (const queue of queues) {
      if (this.closed) return;
      await this.attempt(`queue ${queue}`, () => this.attend(queue));
    }
  }

  private async doOwn(latency: number | undefined): Promise<void> {
    for (const duty of this.options.own ?? []) await this.attempt('own figures', async () => duty(latency));
  }

  private async attend(queue: string): Promise<void> {
    const { engine, tasks } = this.options;
    // A little less than the round, so that the same instance finds it free again.
    if (!(await engine.takeDuty(queue, 'round', this.everyMs * (1 - SPREAD)))) return;
    for (const task of tasks) {
      const { name, everyMs } = task;
      if (everyMs > 0 && !(await engine.takeDuty(queue, name, everyMs))) continue;
      await this.attempt(`${name} of queue ${queue}`, () => task.run(queue));
    }
  }

  /** What fails is told once, until it works again: the store may be away for long. */
  private async attempt(what: string, work: () => Promise<void>): Promise<void> {
    const { logger, redactor = noRedaction } = this.options;
    try {
      await work();
      if (this.failing.delete(what)) logger.log(`monitoring: ${what}: works again`);
    } catch (error) {
      if (this.failing.has(what)) return;
      this.failing.add(what);
      const { name, message } = recordError(error, redactor);
      logger.warn(`monitoring: ${what}: ${name}: ${message}; it is tried again`);
    }
  }

  private later(): void {
    const { clock, random = Math.random } = this.options;
    const ms = this.everyMs * (1 - SPREAD / 2 + random() * SPREAD);
    this.cancelNext = clock.schedule(
      ms,
      () => {
        this.going = this.runOnce().finally(() => {
          if (!this.closed) this.later();
        });
      },
      { unref: true },
    );
  }
}
