import { Redis } from 'ioredis';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobSnapshot } from '../../../lib/core/job-snapshot.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { TypeStats } from '../../../lib/engine/inspector.port.js';
import type { CancelOutcome } from '../../../lib/engine/producer.port.js';
import { requestOf, type RequestOptions } from '../../support/engine-request.js';
import { eventually, type EventuallyOptions } from '../../support/eventually.js';
import type { RedisServer } from '../../support/redis-server.js';
import type { Deed } from './deeds.js';
import { openRedisEngine, type Place } from './redis-engine.js';
import type { WorkerSetup } from './worker.fixture.js';
import { WorkerProcess } from './worker-process.js';

/** What a handler wrote down. */
export interface BookEntry {
  readonly what: string;
  readonly id: string;
  readonly attempt: number;
  readonly pid: number;
}

type Figure = Exclude<keyof TypeStats, 'type' | 'version' | 'paused'>;

let scenes = 0;

/** A store under a prefix of its own, a client of it here, and workers in processes of their own. */
export class ProcessScene {
  readonly workers: WorkerProcess[] = [];

  private constructor(
    readonly place: Place,
    readonly engine: JobEngine,
    /** For looking into the store. */
    readonly redis: Redis,
  ) {}

  static async on(server: RedisServer, options: Omit<Place, 'url' | 'prefix'> = {}): Promise<ProcessScene> {
    const place = { url: server.url, prefix: `runner-${process.pid}-${++scenes}`, ...options };
    const redis = new Redis(server.url, { maxRetriesPerRequest: null });
    // A server that a test stops comes back.
    redis.on('error', () => undefined);
    return new ProcessScene(place, await openRedisEngine(place), redis);
  }

  async worker(setup: Omit<WorkerSetup, 'url' | 'prefix'> = {}): Promise<WorkerProcess> {
    const started = await WorkerProcess.start({ ...this.place, ...setup });
    this.workers.push(started);
    return started;
  }

  async enqueue(deed: Deed, options: Partial<RequestOptions> = {}): Promise<string> {
    return (await this.enqueueMany([deed], options))[0];
  }

  async enqueueMany(deeds: readonly Deed[], options: Partial<RequestOptions> = {}): Promise<string[]> {
    const requests = deeds.map((deed) => requestOf({ queue: 'work', payload: JSON.stringify(deed), ...options }));
    return (await this.engine.enqueue(requests)).map(({ id }) => id);
  }

  cancel(id: string): Promise<CancelOutcome> {
    return this.engine.cancel(parseJobId(id));
  }

  /** Lets one gated handler go on. */
  async openGate(): Promise<void> {
    await this.redis.rpush(`gate:${this.place.prefix}`, '1');
  }

  async books(): Promise<BookEntry[]> {
    const entries = await this.redis.lrange(`books:${this.place.prefix}`, 0, -1);
    return entries.map((entry) => JSON.parse(entry) as BookEntry);
  }

  async begun(): Promise<BookEntry[]> {
    return (await this.books()).filter(({ what }) => what.startsWith('begin'));
  }

  async job(id: string): Promise<JobSnapshot> {
    const job = await this.engine.get(parseJobId(id));
    if (!job) throw new Error(`the store does not know ${id}`);
    return job;
  }

  /** Over all types and versions of the queue. */
  async sum(figure: Figure, queue = 'work'): Promise<number> {
    return (await this.engine.stats(queue)).types.reduce((sum, type) => sum + type[figure], 0);
  }

  async until(
    figure: Figure,
    count: number,
    { queue, ...options }: EventuallyOptions & { queue?: string } = {},
  ): Promise<void> {
    await eventually(async () => expect({ [figure]: await this.sum(figure, queue) }).toEqual({ [figure]: count }), {
      timeout: 20_000,
      interval: 20,
      message: `${figure} is ${count}`,
      ...options,
    });
  }

  /** Resolves when so many workers have nothing to do and listen for the bell. */
  async untilIdle(workers: number): Promise<void> {
    const idle = `{${this.place.prefix}:work}:idle`;
    await eventually(async () => expect(await this.redis.zcard(idle)).toBe(workers));
  }

  /** Every job that was accepted is somewhere. */
  async checkLedger(): Promise<void> {
    for (const queue of await this.engine.queues()) {
      for (const { type, version, accepted, paused: _, ...rest } of (await this.engine.stats(queue)).types) {
        const found = Object.values(rest).reduce((sum, count) => sum + count, 0);
        expect({ queue, type, version, found }).toEqual({ queue, type, version, found: accepted });
      }
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.kill()));
    await this.engine.close();
    this.redis.disconnect();
  }
}

/** A scene for each test, on the server that runs by then. */
export function eachOnItsScene(server: () => RedisServer): () => ProcessScene {
  let scene: ProcessScene | undefined;
  beforeEach(async () => {
    scene = await ProcessScene.on(server());
  });
  afterEach(async () => {
    try {
      await scene?.checkLedger();
    } finally {
      await scene?.close();
    }
  });
  return () => scene as ProcessScene;
}
