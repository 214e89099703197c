import type { JobContext } from '../../../lib/core/job-context.js';
import { systemClock } from '../../../lib/core/clock.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions } from '../../../lib/runner/worker.options.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { Gate } from '../../unit/runner/handlers.js';
import { registryOf, type JobSetup } from '../../unit/runner/scene.js';
import { Shaky } from '../../unit/runner/shaky-engine.js';
import { eachOnItsScene } from './process-scene.js';
import { openRedisEngine } from './redis-engine.js';

const quiet = { log() {}, warn() {}, error() {}, debug() {} };
const POLL_MS = 5_000;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];
const report = (text: string): boolean => process.stdout.write(`${text}\n`);

describeWithRedis('a worker on Redis', (server) => {
  const scene = eachOnItsScene(server);
  const close: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const each of close.splice(0)) await each();
  });

  /** With connections of its own, as in a process of its own. @returns what can hold back its answers */
  async function start(jobs: readonly JobSetup[], options: WorkerOptions = {}): Promise<Shaky> {
    const engine = await openRedisEngine(scene().place);
    const shaky = new Shaky(engine);
    const bus = new JobEventBus(() => undefined);
    const registry = registryOf(...jobs);
    const worker = new JobWorker({ engine: shaky.engine, registry, clock: systemClock, bus, logger: quiet, options });
    close.push(
      () => worker.drain(),
      () => engine.close(),
    );
    await worker.start();
    return shaky;
  }

  async function fill(type: string, count: number, queue = 'work'): Promise<void> {
    for (let at = 0; at < count; at += 5_000) {
      await scene().engine.enqueue(
        Array.from({ length: Math.min(5_000, count - at) }, () => requestOf({ queue, type })),
      );
    }
  }

  describe('with handlers that are done sooner than the store answers', () => {
    it('never runs more at once than it has slots, and keeps nobody waiting behind a slow one', async () => {
      const gate = new Gate();
      let done = 0;
      /** A worker with one slot, and the most handlers that it ran at once. */
      const oneSlot = (): { jobs: JobSetup[]; most: number } => {
        let running = 0;
        const worker = { jobs: [] as JobSetup[], most: 0 };
        const run = async (payload: unknown, ctx: JobContext): Promise<void> => {
          worker.most = Math.max(worker.most, ++running);
          await (payload === 'slow' ? gate.run(undefined as never, ctx) : undefined);
          running--;
          done++;
        };
        worker.jobs.push({ run, name: 'job' });
        return worker;
      };
      const quick = Array.from({ length: 2_000 }, () => requestOf({ queue: 'work', type: 'job' }));
      const slow = requestOf({ queue: 'work', type: 'job', payload: '"slow"' });
      await scene().engine.enqueue([...quick.slice(0, 1_000), slow, ...quick.slice(1_000)]);
      const [first, second] = [oneSlot(), oneSlot()];
      await start(first.jobs, { concurrency: 1 });
      await eventually(() => gate.started.length === 1, { timeout: 20_000, interval: 1 });
      await start(second.jobs, { concurrency: 1 });
      await eventually(() => done === 2_000, { timeout: 20_000, interval: 1 });
      expect([first.most, second.most]).toEqual([1, 1]);
      gate.open();
      await eventually(() => done === 2_001, { interval: 1 });
    });
  });

  describe('with a backlog of one type', () => {
    const SLOTS = 50;

    /** Between the enqueue of a job of the type `few` and its begin: milliseconds, and other jobs begun. */
    async function pickups(order: readonly string[], count: number): Promise<{ ms: number[]; others: number[] }> {
      const [ms, others]: number[][] = [[], []];
      for (let n = 0; n < count; n++) {
        const asked = performance.now();
        const from = order.length;
        await scene().engine.enqueue([requestOf({ queue: 'work', type: 'few' })]);
        const at = await eventually(() => 1 + order.indexOf('few', from), { interval: 1 });
        ms.push(performance.now() - asked);
        others.push(at - 1 - from);
      }
      return { ms, others };
    }

    it('of 100,000 begins a job of another within a few turns, nearly as soon as on an empty queue', async () => {
      const order: string[] = [];
      const run = (_: never, ctx: JobContext): unknown => order.push(ctx.name);
      const jobs = [
        { run, name: 'many' },
        { run, name: 'few' },
      ];
      await start(jobs, { concurrency: SLOTS });
      const alone = await pickups(order, 20);
      await scene().engine.setPaused({ queue: 'work', type: 'many' }, true, { actor: 'test', reason: 'fill first' });
      await fill('many', 100_000);
      await scene().engine.setPaused({ queue: 'work', type: 'many' }, false, { actor: 'test', reason: 'now' });
      const behind = await pickups(order, 20);
      expect(await scene().sum('waiting')).toBeGreaterThan(0);
      const turns = behind.others.map((others) => others / SLOTS);
      report(
        `behind a backlog of 100,000 of another type: begun after ${median(turns).toFixed(1)} turns (at most ${Math.max(...turns).toFixed(1)}), ` +
          `${median(behind.ms).toFixed(1)} ms; on an empty queue ${median(alone.ms).toFixed(1)} ms`,
      );
      expect(median(behind.others)).toBeGreaterThan(0);
      expect(median(turns)).toBeLessThanOrEqual(3);
      expect(Math.max(...turns)).toBeLessThanOrEqual(6);
      expect(median(behind.ms)).toBeLessThan(median(alone.ms) + 250);
    });

    it('does not delay the pickup in another queue with which it shares its slots', async () => {
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
      await scene().engine.enqueue([requestOf({ queue: 'small', type: 'few' })]);
      const before = order.length;
      await eventually(() => order.includes('few'), { interval: 1 });
      expect(order.indexOf('few') - before).toBeLessThan(400);
    });
  });

  describe('that is idle', () => {
    async function calls(which: RegExp): Promise<number> {
      const stats = await scene().redis.info('commandstats');
      const all = [...stats.matchAll(/^cmdstat_([^:]+):calls=(\d+)/gm)];
      return all.reduce((sum, [, name, count]) => (which.test(name) ? sum + Number(count) : sum), 0);
    }

    it('costs next to nothing', async () => {
      await start([{ run: () => undefined }]);
      await scene().untilIdle(1);
      // What goes over the wire; a script is one, and what it calls inside counts among the commands.
      const [REQUESTS, COMMANDS] = [/^(evalsha|eval|blpop)$/, /^(?!info)/];
      const before = { requests: await calls(REQUESTS), commands: await calls(COMMANDS), cpu: process.cpuUsage() };
      const began = Date.now();
      await eventually(() => Date.now() - began >= 10_500, { timeout: 15_000, interval: 500 });
      const seconds = (Date.now() - began) / 1_000;
      const cpu = process.cpuUsage(before.cpu);
      const requests = ((await calls(REQUESTS)) - before.requests) / seconds;
      const commands = ((await calls(COMMANDS)) - before.commands) / seconds;
      const percent = (cpu.user + cpu.system) / 10_000 / seconds;
      report(
        `an idle worker of one queue: ${requests.toFixed(2)} requests a second, ${commands.toFixed(1)} commands a second ` +
          `(those inside of scripts included), ${percent.toFixed(1)} % of a core`,
      );
      expect(requests).toBeGreaterThan(0.3);
      expect(requests).toBeLessThan(2);
      expect(commands).toBeLessThan(15);
    });

    it('begins a job as soon as the bell rings, long before its poll', async () => {
      const began: number[] = [];
      await start([{ run: () => began.push(performance.now()) }], { pollMs: POLL_MS });
      const latencies: number[] = [];
      for (let n = 1; n <= 30; n++) {
        await scene().untilIdle(1);
        const asked = performance.now();
        await scene().enqueue({ do: 'end' });
        await eventually(() => began.length === n, { interval: 1 });
        latencies.push(began[n - 1] - asked);
      }
      report(
        `from enqueue to begin, by bell: ${median(latencies).toFixed(1)} ms in the median, ${Math.max(...latencies).toFixed(1)} ms at most`,
      );
      expect(median(latencies)).toBeLessThan(POLL_MS / 50);
      expect(Math.max(...latencies)).toBeLessThan(POLL_MS / 2);
    });

    it('hears a bell that rings while a turn is under way, which looked for work before', async () => {
      const gate = new Gate();
      const shaky = await start([{ run: gate.run }], { pollMs: 60_000, sweepIntervalMs: 60_000, leaseMs: 180_000 });
      await scene().untilIdle(1);
      await scene().enqueue({ do: 'end' });
      await eventually(() => gate.started.length === 1);
      await scene().untilIdle(1);
      const answer = shaky.delayReplies('turn');
      gate.open();
      await scene().until('completed', 1);
      await scene().enqueue({ do: 'end' });
      const bell = `{${scene().place.prefix}:work}:bell:task@1`;
      await eventually(async () => (await scene().redis.llen(bell)) === 0 && (await scene().sum('waiting')) === 1);
      answer();
      await eventually(() => gate.started.length === 2, { timeout: 10_000 });
      gate.openAll();
    });

    it.each(['before', 'after'])(
      'begins a due job on time with no traffic at all (scheduled %s it started)',
      async (when) => {
        const began: number[] = [];
        const work = (): Promise<unknown> =>
          start([{ run: () => began.push(Date.now()) }], { pollMs: 60_000, sweepIntervalMs: 60_000, leaseMs: 180_000 });
        if (when === 'after') {
          await work();
          await scene().untilIdle(1);
        }
        const id = await scene().enqueue({ do: 'end' }, { delayMs: 1_000, key: 1 });
        const { dueAt = 0 } = await scene().job(id);
        if (when === 'before') await work();
        await eventually(() => began.length === 1);
        expect(began[0] - dueAt).toBeGreaterThanOrEqual(0);
        expect(began[0] - dueAt).toBeLessThan(400);
      },
    );
  });
});
