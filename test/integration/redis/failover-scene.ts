import { systemClock } from '../../../lib/core/clock.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { RedisTarget } from '../../../lib/engine/redis/connection/redis-target.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions } from '../../../lib/runner/worker.options.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { registryOf, type JobSetup } from '../../unit/runner/scene.js';

/** Of the engine that is tested; nobody waits longer for an answer. */
export const COMMAND_TIMEOUT_MS = 2_000;
/** For the timer to fire on a busy machine. */
export const SLACK_MS = 600;
const LOAD: WorkerOptions = { concurrency: 10, leaseMs: 3_000, sweepIntervalMs: 500, pollMs: 60_000 };
/** Only the bell and the channels are quick enough for what is asked of it. */
const CALM: WorkerOptions = { concurrency: 10, leaseMs: 60_000, sweepIntervalMs: 60_000, pollMs: 60_000 };
const PRODUCERS = 4;
/** Between two enqueues of a producer. */
const PACE_MS = 2;

const quiet = { log() {}, warn() {}, error() {}, debug() {} };

/** An enqueue as its caller saw it. */
interface Asked {
  readonly code: string;
  readonly ms: number;
}

let scenes = 0;

/** One process that produces and works while something happens to its store. */
export class FailoverScene {
  /** Of the jobs that were accepted: when the answer came. */
  readonly acknowledged = new Map<string, number>();
  /** Enqueues that were refused, or not answered. Each was tried again until it was accepted. */
  readonly refused: Asked[] = [];
  /** Of each job, how often its handler began. */
  readonly begun = new Map<string, number>();
  readonly cancelled: string[] = [];
  readonly outages: string[] = [];
  private readonly workers: JobWorker[] = [];
  private producing: Promise<unknown> = Promise.resolve();
  private stopped = true;

  private constructor(
    readonly prefix: string,
    /** What is tested: workers and producers share it. */
    readonly engine: JobEngine,
  ) {}

  static async on(target: RedisTarget, prefix = `failover-${process.pid}-${++scenes}`): Promise<FailoverScene> {
    const engine = new RedisEngine({ target, prefix, commandTimeoutMs: COMMAND_TIMEOUT_MS });
    await engine.open();
    return new FailoverScene(prefix, engine);
  }

  /** One worker under load in the queue `work`, and one that waits in the queue `calm`. */
  async work(): Promise<void> {
    const run = (_: never, { id: jobId }: JobContext): unknown =>
      this.begun.set(jobId, (this.begun.get(jobId) ?? 0) + 1);
    const hold = async (payload: never, context: JobContext): Promise<void> => {
      run(payload, context);
      await new Promise((_, reject) => {
        context.signal.addEventListener('abort', () => {
          this.cancelled.push(context.id);
          reject(context.signal.reason as Error);
        });
      });
    };
    await this.start([{ run }], LOAD);
    await this.start(
      [
        { run, queue: 'calm' },
        { run: hold, queue: 'calm', name: 'hold' },
      ],
      CALM,
    );
  }

  produce(): void {
    this.stopped = false;
    this.producing = Promise.all(Array.from({ length: PRODUCERS }, () => this.producer()));
  }

  async stopProducing(): Promise<void> {
    this.stopped = true;
    await this.producing;
  }

  /** Until so many more were accepted. */
  async accepted(more: number, timeout = 20_000): Promise<void> {
    const before = this.acknowledged.size;
    const message = `${more} more are accepted`;
    await eventually(() => this.acknowledged.size >= before + more, { timeout, interval: 2, message });
  }

  /** From the last answer before the longest silence to the first one after it. */
  get outage(): { readonly ms: number; readonly over: number } {
    const times = [...this.acknowledged.values()];
    const silences = times.slice(1).map((over, n) => ({ ms: over - times[n], over }));
    return silences.reduce((longest, silence) => (silence.ms > longest.ms ? silence : longest));
  }

  /** For the log of the test run. */
  get summary(): string {
    const twice = [...this.begun.values()].filter((times) => times > 1).length;
    const { acknowledged, refused, outage } = this;
    return (
      `no enqueue was accepted for ${outage.ms.toFixed(0)} ms; accepted ${acknowledged.size}, ` +
      `lost ${this.missing().length}, begun twice ${twice}, not accepted at first ${refused.length}`
    );
  }

  /** Until all that was accepted has come to an end, and nothing is missing from the ledger. */
  async worksOff(): Promise<void> {
    await eventually(
      async () => {
        const [types] = [(await this.engine.stats('work')).types];
        for (const { accepted, completed, scheduled, waiting, active, dead } of types) {
          expect({ completed, scheduled, waiting, active, dead }).toEqual({
            ...{ completed: accepted, scheduled: 0, waiting: 0, active: 0, dead: 0 },
          });
        }
      },
      { timeout: 20_000, interval: 50, message: 'all is worked off' },
    );
  }

  /** Those of which no handler ever heard. */
  missing(ids: Iterable<string> = this.acknowledged.keys()): string[] {
    return [...ids].filter((id) => !this.begun.has(id));
  }

  /** A job that runs until somebody cancels it. */
  async hold(): Promise<string> {
    const [{ id }] = await this.engine.enqueue([requestOf({ queue: 'calm', type: 'hold' })]);
    await eventually(() => this.begun.has(id), { message: 'the held job runs' });
    return id;
  }

  /**
   * The quick ways are open: the bell, the channel of cancellations and that of ends. All that stands behind them would take
   * many seconds more.
   */
  async hearsAgain(held: string): Promise<string> {
    const began = performance.now();
    const since = (from: number): number => performance.now() - from;
    const [{ id }] = await eventually(() => this.engine.enqueue([requestOf({ queue: 'calm', key: 'bell' })]));
    await eventually(() => this.begun.has(id), { message: 'the bell was heard' });
    const bell = since(began);
    // What is published before the connection is there again is lost, which the heartbeat makes good.
    const stopHearing = await eventually(() => this.engine.onCancelRequest('calm', () => undefined));
    await stopHearing();
    const watching = this.engine.watch(parseJobId(held), AbortSignal.timeout(10_000));
    await eventually(async () =>
      expect(await this.engine.cancel(parseJobId(held))).toMatchObject({ status: 'requested' }),
    );
    const cancelledAt = performance.now();
    await eventually(() => this.cancelled.includes(held), { message: 'the cancellation was heard' });
    const cancellation = since(cancelledAt);
    expect(await watching).toMatchObject({ state: 'cancelled' });
    const ms = [bell, cancellation, since(cancelledAt)].map(Math.round);
    return `a bell took ${ms[0]} ms, a cancellation ${ms[1]} ms, an end ${ms[2]} ms`;
  }

  async close(): Promise<void> {
    await this.stopProducing();
    await Promise.all(this.workers.map((worker) => worker.drain()));
    await this.engine.close();
  }

  private async start(jobs: readonly JobSetup[], options: WorkerOptions): Promise<void> {
    const bus = new JobEventBus(() => undefined);
    bus.subscribe((event) => {
      if (event.type === 'engine.unavailable') this.outages.push(`${event.queue}: ${event.error.message}`);
    });
    const { engine } = this;
    const worker = new JobWorker({
      engine,
      registry: registryOf(...jobs),
      clock: systemClock,
      bus,
      logger: quiet,
      options,
    });
    this.workers.push(worker);
    await worker.start();
  }

  /** Goes on until it is stopped; what is not accepted it asks for again. */
  private async producer(): Promise<void> {
    for (let n = 0; !this.stopped; n++) {
      const request = requestOf({ queue: 'work', payload: String(n) });
      for (let repeat = false; ; repeat = true) {
        const began = performance.now();
        try {
          const [{ id, status }] = await this.engine.enqueue([{ ...request, repeat }]);
          if (status === 'created') this.acknowledged.set(id, performance.now());
          else this.refused.push({ code: status, ms: performance.now() - began });
          break;
        } catch (error) {
          this.refused.push({
            code: (error as { code?: string }).code ?? String(error),
            ms: performance.now() - began,
          });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  }
}
