import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Redis } from 'ioredis';
import { systemClock } from '../../../lib/core/clock.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions } from '../../../lib/runner/worker.options.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { registryOf, type JobSetup } from '../../unit/runner/scene.js';
import { openRedisEngine } from './redis-engine.js';

const quiet = { log() {}, warn() {}, error() {}, debug() {} };

describeWithRedis('a worker on Redis', (server) => {
  let engine: JobEngine;
  let redis: Redis;
  let worker: JobWorker | undefined;

  beforeEach(async () => {
    redis = server().connect();
    await redis.flushall();
    engine = await openRedisEngine(server().url);
  });
  afterEach(async () => {
    await worker?.drain();
    worker = undefined;
    await engine.close();
  });

  async function start(jobs: readonly JobSetup[], options: WorkerOptions = {}): Promise<void> {
    const bus = new JobEventBus(() => undefined);
    worker = new JobWorker({ engine, registry: registryOf(...jobs), clock: systemClock, bus, logger: quiet, options });
    await worker.start();
  }

  async function fill(type: string, count: number, queue = 'work'): Promise<void> {
    for (let at = 0; at < count; at += 5_000) {
      await engine.enqueue(Array.from({ length: Math.min(5_000, count - at) }, () => requestOf({ queue, type })));
    }
  }

  const commands = async (): Promise<number> => {
    const stats = await redis.info('commandstats');
    return [...stats.matchAll(/^cmdstat_(?!info|command|config|client)[^:]+:calls=(\d+)/gm)].reduce(
      (sum, [, calls]) => sum + Number(calls),
      0,
    );
  };
  const scripts = async (): Promise<number> => {
    const stats = await redis.info('commandstats');
    return [...stats.matchAll(/^cmdstat_(evalsha|eval|fcall|blpop|brpop|bzpopmin)[^:]*:calls=(\d+)/gm)].reduce(
      (sum, [, , calls]) => sum + Number(calls),
      0,
    );
  };

  it('picks up a job of one type within a few turns although another has a backlog of 100,000', async () => {
    const slots = 50;
    const order: string[] = [];
    const run = (_: never, ctx: JobContext): unknown => order.push(ctx.name);
    await fill('many', 100_000);
    await start(
      [
        { run, name: 'many' },
        { run, name: 'few' },
      ],
      { concurrency: slots },
    );
    const delays: number[] = [];
    for (let i = 0; i < 20; i++) {
      await engine.enqueue([requestOf({ queue: 'work', type: 'few' })]);
      const before = order.length;
      const seen = order.filter((name) => name === 'few').length;
      await eventually(() => order.filter((name) => name === 'few').length > seen, { interval: 1 });
      delays.push(order.lastIndexOf('few') - before);
    }
    expect(order.length).toBeLessThan(100_000);
    expect(Math.max(...delays)).toBeLessThanOrEqual(4 * slots);
  });

  it('shares its slots between queues: a backlog of one does not delay the pickup in another', async () => {
    const order: string[] = [];
    const run = (_: never, ctx: JobContext): unknown => order.push(ctx.name);
    await fill('many', 20_000, 'big');
    await start(
      [
        { run, name: 'many', queue: 'big' },
        { run, name: 'few', queue: 'small' },
      ],
      { concurrency: 10 },
    );
    await eventually(() => order.length > 500);
    await engine.enqueue([requestOf({ queue: 'small', type: 'few' })]);
    const before = order.length;
    await eventually(() => order.includes('few'), { interval: 1 });
    expect(order.indexOf('few') - before).toBeLessThan(400);
  });

  it('costs next to nothing while it is idle', async () => {
    await start([{ run: () => undefined }]);
    await eventually(async () => (await engine.workers('work')).length === 1);
    const loop = monitorEventLoopDelay();
    loop.enable();
    const [calls, turns] = [await commands(), await scripts()];
    const cpu = process.cpuUsage();
    const began = Date.now();
    await eventually(() => Date.now() - began >= 12_000, { timeout: 15_000, interval: 500 });
    const seconds = (Date.now() - began) / 1_000;
    const spent = process.cpuUsage(cpu);
    const figures = {
      requests: ((await scripts()) - turns) / seconds,
      commands: ((await commands()) - calls) / seconds,
      cpuPercent: (spent.user + spent.system) / 1_000 / seconds / 10,
    };
    process.stdout.write(
      `an idle worker of one queue: ${figures.requests.toFixed(2)} requests, ${figures.commands.toFixed(1)} commands a second (those inside scripts included), ${figures.cpuPercent.toFixed(2)} % of a core\n`,
    );
    expect(figures.requests).toBeLessThan(2);
    expect(figures.commands).toBeLessThan(25);
  });

  it('starts a job at once when it rings, and a due one on time, with no other traffic', async () => {
    const began: number[] = [];
    await start([{ run: () => began.push(Date.now()) }]);
    await eventually(async () => (await redis.info('clients')).includes('blocked_clients:1'));
    const asked = Date.now();
    await engine.enqueue([requestOf({ queue: 'work' })]);
    await eventually(() => began.length === 1, { interval: 1 });
    expect(began[0] - asked).toBeLessThan(500);
    const due = Date.now() + 1_500;
    await engine.enqueue([requestOf({ queue: 'work', delayMs: 1_500 })]);
    await eventually(() => began.length === 2, { interval: 5 });
    expect(began[1] - due).toBeGreaterThanOrEqual(-20);
    expect(began[1] - due).toBeLessThan(500);
  });
});
