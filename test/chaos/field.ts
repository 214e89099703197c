import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { JobEngine } from '../../lib/engine/engine.port.js';
import type { TypeStats } from '../../lib/engine/inspector.port.js';
import { RedisEngine } from '../../lib/engine/redis/redis.engine.js';
import { eventually } from '../support/eventually.js';
import { RedisProxy } from '../support/redis-proxy.js';
import { startRedisServer, type RedisServer } from '../support/redis-server.js';
import { watchBusyTimes } from './history/busy-watch.js';
import { HistoryTail } from './history/history-tail.js';
import { HistoryWriter } from './history/history-writer.js';
import { Load, type LoadOptions } from './load.js';
import { Producer } from './producer.js';
import { randomOf } from './random.js';
import { ChaosWorker } from './workers/chaos-worker.js';
import type { ChaosWorkerSetup } from './workers/chaos-worker.process.js';

export const QUEUE = 'work';
const PREFIX = 'chaos';
const LOOK_MS = 5;
const PATIENCE_MS = 60_000;
const COMMAND_TIMEOUT_MS = 5_000;
const ONLOOKER_TIMEOUT_MS = 30_000;

type Figure = Exclude<keyof TypeStats, 'type' | 'version' | 'paused'>;

export interface FieldOptions {
  readonly seed: number;
  readonly server?: readonly string[];
  readonly commandTimeoutMs?: number;
}

/** A real Redis, worker processes, producers, and what can happen to them. What happened is in the history, outside of Redis. */
export class Field {
  readonly workers: ChaosWorker[] = [];
  readonly random: () => number;
  /** What a scenario found wrong. */
  readonly complaints: string[] = [];
  private proxyToServer: RedisProxy | undefined;
  private readonly engines: JobEngine[] = [];
  private readonly loads: Load[] = [];
  private jobs = 0;
  private readonly stopWatch: () => void;
  private readonly producers: Producer[] = [];

  private constructor(
    private readonly options: FieldOptions,
    /** Of the history's files. */
    readonly dir: string,
    private readonly data: string,
    public server: RedisServer,
    readonly notes: HistoryWriter,
    readonly history: HistoryTail,
  ) {
    this.random = randomOf(options.seed);
    this.stopWatch = watchBusyTimes(notes);
  }

  static async open(options: FieldOptions): Promise<Field> {
    const dir = mkdtempSync(join(tmpdir(), 'vigil-chaos-'));
    const data = mkdtempSync(join(tmpdir(), 'vigil-chaos-data-'));
    const server = await startRedisServer({ dir: data, args: options.server });
    return new Field(options, dir, data, server, new HistoryWriter(dir), new HistoryTail(dir));
  }

  get commandTimeoutMs(): number {
    return this.options.commandTimeoutMs ?? COMMAND_TIMEOUT_MS;
  }

  /** A way to the server on which something can happen; for the urls of workers and engines. */
  async proxy(): Promise<RedisProxy> {
    return (this.proxyToServer ??= await RedisProxy.start(this.server.port));
  }

  /** For looking into the store, whatever else goes on: with more patience than those that are tried. */
  async engine(url = this.server.url, commandTimeoutMs = ONLOOKER_TIMEOUT_MS): Promise<JobEngine> {
    const engine = new RedisEngine({ target: url, prefix: PREFIX, commandTimeoutMs });
    await engine.open();
    this.engines.push(engine);
    return engine;
  }

  async producer(url?: string): Promise<Producer> {
    const producer = new Producer(await this.engine(url, this.commandTimeoutMs), this.notes, () => ++this.jobs);
    this.producers.push(producer);
    return producer;
  }

  load(producer: Producer, options: LoadOptions): Load {
    const load = new Load(producer, this.history, options);
    this.loads.push(load);
    return load;
  }

  /** Starts without waiting until it is ready. */
  spawn({ options, policy = {}, url = this.server.url }: Partial<ChaosWorkerSetup> = {}): ChaosWorker {
    const worker = ChaosWorker.spawn(
      {
        ...{ url, prefix: PREFIX, commandTimeoutMs: this.commandTimeoutMs, dir: this.dir, policy },
        options: { concurrency: 4, leaseMs: 1_500, sweepIntervalMs: 200, pollMs: 1_000, ...options },
      },
      this.notes,
    );
    this.workers.push(worker);
    return worker;
  }

  async worker(setup?: Partial<ChaosWorkerSetup>): Promise<ChaosWorker> {
    const worker = this.spawn(setup);
    await worker.ready;
    return worker;
  }

  /** So many at once. */
  fleet(count: number, setup?: Partial<ChaosWorkerSetup>): Promise<ChaosWorker[]> {
    return Promise.all(Array.from({ length: count }, () => this.worker(setup)));
  }

  /** Handlers that run there at this moment. */
  runningIn(worker: ChaosWorker): number {
    return this.history.runningIn(worker.pid);
  }

  /** Workers that are in mid-job at this moment. */
  working(): ChaosWorker[] {
    return this.workers.filter((worker) => worker.works && this.runningIn(worker) > 0);
  }

  pick<T>(from: readonly T[]): T {
    return from[Math.floor(this.random() * from.length)];
  }

  /** Something that everybody has to live with while `during` lasts. */
  async fault<T>(fault: string, during: () => Promise<T>): Promise<T> {
    this.notes.note({ what: 'fault', fault, phase: 'begin' });
    try {
      return await during();
    } finally {
      this.notes.note({ what: 'fault', fault, phase: 'end' });
    }
  }

  /** The server's end, with no time for a last word; `startServer` brings it back with what it had written. */
  killServer(): Promise<void> {
    return this.server.stop();
  }

  async startServer(): Promise<void> {
    const { data, options, server } = this;
    this.server = await startRedisServer({ dir: data, port: server.port, args: options.server });
  }

  until<T>(message: string, condition: () => T | false | Promise<T | false>, timeout = PATIENCE_MS): Promise<T> {
    return eventually(condition, { message, timeout, interval: LOOK_MS }) as Promise<T>;
  }

  async sum(engine: JobEngine, ...figures: readonly Figure[]): Promise<number> {
    const { types } = await engine.stats(QUEUE);
    return types.reduce((sum, type) => figures.reduce((own, figure) => own + type[figure], sum), 0);
  }

  /** Until nothing is left to be done. */
  async untilDone(engine: JobEngine, timeout?: number): Promise<void> {
    const atRest = async (): Promise<void> => {
      const { types } = await engine.stats(QUEUE);
      const left = types.filter(({ scheduled, waiting, active }) => scheduled + waiting + active > 0);
      if (left.length > 0) throw new Error(`left are ${JSON.stringify(left)}`);
    };
    const message = 'every accepted job came to its end';
    await eventually(atRest, { message, timeout: timeout ?? PATIENCE_MS, interval: 20 });
  }

  /** What else a scenario shows, beside what is asked of all of them. */
  require(holds: boolean, complaint: string): void {
    if (!holds) this.complaints.push(complaint);
  }

  async close({ keepHistory }: { keepHistory: boolean }): Promise<void> {
    const stopped = Promise.allSettled(this.loads.map((load) => load.stop()));
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await Promise.all(this.engines.map((engine) => engine.close()));
    // A closed engine lets nobody wait, but whoever repeats what was not accepted would do so for ever.
    for (const producer of this.producers) producer.giveUp();
    await stopped;
    await this.proxyToServer?.stop();
    await this.server.stop();
    this.stopWatch();
    this.history.close();
    this.notes.close();
    rmSync(this.data, { recursive: true, force: true });
    if (!keepHistory) rmSync(this.dir, { recursive: true, force: true });
  }
}
