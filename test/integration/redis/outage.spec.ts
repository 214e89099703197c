import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { TypeStats } from '../../../lib/engine/inspector.port.js';
import type { EnqueueRequest } from '../../../lib/engine/producer.port.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { EngineWorker } from '../../support/engine-worker.js';
import { eventually } from '../../support/eventually.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';

const DEADLINE_MS = 300;
/** For a busy machine. */
const SLACK_MS = 700;
let queues = 0;

describeWithRedis('a Redis that is away', (redis) => {
  const engines: JobEngine[] = [];
  let queue: string;
  let own: RedisServer | undefined;
  let proxy: RedisProxy | undefined;

  beforeEach(() => {
    queue = `outage-${++queues}`;
  });
  afterEach(async () => {
    resume();
    for (const engine of engines.splice(0)) await engine.close();
    await Promise.all([own?.stop(), proxy?.stop()]);
    own = proxy = undefined;
  });

  async function engineOn(target: string): Promise<JobEngine> {
    const engine = new RedisEngine({ target, prefix: 'outage', commandTimeoutMs: DEADLINE_MS });
    engines.push(engine);
    await engine.open();
    return engine;
  }

  const freeze = (): boolean => process.kill(redis().pid, 'SIGSTOP');
  const resume = (): boolean => process.kill(redis().pid, 'SIGCONT');
  const request = (options: Partial<Parameters<typeof requestOf>[0]> = {}): EnqueueRequest =>
    requestOf({ queue, ...options });

  async function figures(engine: JobEngine): Promise<TypeStats | undefined> {
    return (await engine.stats(queue)).types[0];
  }

  /** What a call ended with, and how long it took. */
  async function failureOf(call: () => Promise<unknown>): Promise<{ code: string; ms: number }> {
    const began = performance.now();
    const code = await call().then(
      () => 'none',
      (error: Error) => (error as Error & { code: string }).code,
    );
    return { code, ms: performance.now() - began };
  }

  it('answers no question longer than the deadline, whatever is asked', async () => {
    const engine = await engineOn(redis().url);
    const [{ id }] = await engine.enqueue([request({ key: 'a' })]);
    const ref = parseJobId(id);
    const worker = new EngineWorker({ engine, second: engine, elapse: jest.fn(), close: jest.fn() }, queue, 'w1');
    const by = { actor: 'ann', reason: 'outage' };
    const signal = new AbortController().signal;
    const page = { queue, type: 'task' };
    const asked: Record<string, () => Promise<unknown>> = {
      enqueue: () => engine.enqueue([request()]),
      cancel: () => engine.cancel(ref),
      watch: () => engine.watch(ref, signal),
      turn: () => worker.turn(),
      heartbeat: () => worker.beat(),
      record: () => engine.record({ ...ref, life: 0, version: 1, lease: 'x', head: '' }),
      onCancelRequest: () => engine.onCancelRequest(queue, jest.fn()),
      retire: () => engine.retire(queue, 'w1'),
      sweep: () => engine.sweep({ queue, worker: 'w1', noHandlerGraceMs: 1, noHandlerAlertMs: 1, intervalMs: 1 }),
      takeAlerts: () => engine.takeAlerts(queue, 1, 1),
      acknowledgeAlerts: () => engine.acknowledgeAlerts(queue, ['1']),
      get: () => engine.get(ref),
      list: () => engine.list({ ...page, state: 'waiting' }, 10),
      queues: () => engine.queues(),
      stats: () => engine.stats(queue),
      workers: () => engine.workers(queue),
      setPaused: () => engine.setPaused({ queue }, true, by),
      deadLetters: () => engine.deadLetters({ queue }, 10),
      replay: () => engine.replay(ref, by),
      resolve: () => engine.resolve(ref, 1, by),
      audit: () => engine.audit(queue, 10),
    };
    freeze();
    const names = Object.keys(asked);
    const first = await Promise.all(names.map((name) => failureOf(asked[name])));
    // By now the silent connection is given up, and a new one gets no answer either.
    const second = await Promise.all(names.map((name) => failureOf(asked[name])));
    const late = names.filter((_, n) => Math.max(first[n].ms, second[n].ms) > DEADLINE_MS + SLACK_MS);
    expect(late).toEqual([]);
    expect(new Set(first.map(({ code }) => code))).toEqual(new Set(['ENGINE_TIMEOUT']));
    for (const { code } of second) expect(['ENGINE_TIMEOUT', 'ENGINE_UNAVAILABLE']).toContain(code);
    expect(second.map(({ code }) => code)).toContain('ENGINE_UNAVAILABLE');
  });

  it('keeps nobody waiting longer who comes while very many wait', async () => {
    const engine = await engineOn(redis().url);
    await engine.enqueue([request()]);
    freeze();
    const waits: Promise<{ code: string; ms: number }>[] = [];
    // Each in a tick of its own, so that far more batches are made than may be under way.
    for (let n = 0; n < 400; n++) {
      waits.push(failureOf(() => engine.enqueue([request()])));
      await new Promise(setImmediate);
    }
    const failures = await Promise.all(waits);
    expect(failures.filter(({ ms }) => ms > DEADLINE_MS + SLACK_MS)).toEqual([]);
    expect(new Set(failures.map(({ code }) => code))).toEqual(new Set(['ENGINE_TIMEOUT', 'ENGINE_UNAVAILABLE']));
  });

  describe('leaves an enqueue of unknown outcome, which', () => {
    it('with a key is repeated safely, from anywhere', async () => {
      const engine = await engineOn(redis().url);
      const elsewhere = await engineOn(redis().url);
      const lost = request({ key: 'order-1' });
      freeze();
      expect(await failureOf(() => engine.enqueue([lost]))).toMatchObject({ code: 'ENGINE_TIMEOUT' });
      resume();
      const again = { ...lost, repeat: true };
      for (const each of [engine, elsewhere, engine]) {
        expect(await eventually(() => each.enqueue([again]))).toMatchObject([{ status: 'created', state: 'waiting' }]);
      }
      expect(await figures(engine)).toMatchObject({ accepted: 1, waiting: 1 });
    });

    it('without a key is repeated safely where it was made, while its batch is remembered', async () => {
      const engine = await engineOn(redis().url);
      await engine.enqueue([request()]);
      const lost = [request(), request(), request()];
      freeze();
      const failures = await Promise.all(lost.map((each) => failureOf(() => engine.enqueue([each]))));
      expect(failures.map(({ code }) => code)).toEqual(Array(3).fill('ENGINE_TIMEOUT'));
      resume();
      const outcomes = await eventually(() => engine.enqueue(lost.map((each) => ({ ...each, repeat: true }))));
      expect(outcomes.map(({ status }) => status)).toEqual(Array(3).fill('created'));
      expect(await figures(engine)).toMatchObject({ accepted: 4, waiting: 4 });
    });

    it('without a key, and never sent, is accepted by its repetition where it was made', async () => {
      own = await startRedisServer();
      const { port } = own;
      const engine = await engineOn(own.url);
      await engine.enqueue([request()]);
      await own.stop();
      const lost = request();
      const { code } = await failureOf(() => engine.enqueue([lost]));
      expect(code).toMatch(/^ENGINE_(TIMEOUT|UNAVAILABLE)$/);
      own = await startRedisServer({ port });
      const repeat = (): Promise<unknown> => engine.enqueue([{ ...lost, repeat: true }]);
      await eventually(async () => expect(await repeat()).toMatchObject([{ status: 'created' }]));
      await repeat();
      expect(await figures(engine)).toMatchObject({ accepted: 1 });
    });

    it('without a key is refused elsewhere, where nobody knows', async () => {
      proxy = await RedisProxy.start(redis().port);
      const engine = await engineOn(proxy.url);
      const elsewhere = await engineOn(redis().url);
      await engine.enqueue([request()]);
      proxy.freeze();
      const lost = request();
      const { code } = await failureOf(() => {
        const asked = engine.enqueue([lost]);
        // Before its connection is found out and it is sent again.
        setImmediate(() => void engine.close());
        return asked;
      });
      expect(code).toBe('ENGINE_TIMEOUT');
      const [outcome] = await elsewhere.enqueue([{ ...lost, repeat: true }]);
      expect(outcome).toMatchObject({ status: 'operation_expired' });
      expect(await figures(elsewhere)).toMatchObject({ accepted: 1 });
    });

    it('without a key is answered elsewhere while the job is there', async () => {
      const engine = await engineOn(redis().url);
      const elsewhere = await engineOn(redis().url);
      const sent = request();
      await engine.enqueue([sent]);
      expect(await elsewhere.enqueue([{ ...sent, repeat: true }])).toMatchObject([{ status: 'created' }]);
      expect(await figures(elsewhere)).toMatchObject({ accepted: 1 });
    });
  });

  it('that comes back in time is not noticed', async () => {
    own = await startRedisServer({ args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    const { port, dir } = own;
    const engine = new RedisEngine({ target: own.url, prefix: 'outage', commandTimeoutMs: 20_000 });
    engines.push(engine);
    await engine.open();
    await engine.enqueue([request({ key: 'before' })]);
    process.kill(own.pid, 'SIGKILL');
    const asked = [engine.enqueue([request({ key: 'during' })]), engine.enqueue([request({ key: 'before' })])];
    const restarted = await startRedisServer({ port, dir, args: ['--appendonly', 'yes', '--appendfsync', 'always'] });
    try {
      expect(await Promise.all(asked)).toMatchObject([[{ status: 'created' }], [{ status: 'duplicate' }]]);
    } finally {
      await restarted.stop();
    }
  });

  it('only half, since its connection carries nothing any more, is found out and left', async () => {
    proxy = await RedisProxy.start(redis().port);
    const engine = await engineOn(proxy.url);
    await engine.enqueue([request()]);
    proxy.freeze();
    const began = performance.now();
    expect(await failureOf(() => engine.enqueue([request({ key: 'a' })]))).toMatchObject({ code: 'ENGINE_TIMEOUT' });
    await eventually(() => engine.enqueue([request({ key: 'b' })]));
    expect(performance.now() - began).toBeLessThan(2 * DEADLINE_MS + SLACK_MS);
    // What was not answered was sent again, and is done once.
    expect(await figures(engine)).toMatchObject({ accepted: 3 });
  });

  it('for the doorbell rings again after it', async () => {
    proxy = await RedisProxy.start(redis().port);
    const engine = await engineOn(proxy.url);
    const other = await engineOn(redis().url);
    await engine.enqueue([request({ type: 'other' })]);
    const worker = new EngineWorker({ engine, second: engine, elapse: jest.fn(), close: jest.fn() }, queue, 'w1');
    const wait = (timeoutMs: number): Promise<void> =>
      engine.waitForWork(queue, 'w1', [{ type: 'task', version: 1 }], timeoutMs, new AbortController().signal);
    await worker.claim();
    await wait(50);
    proxy.freeze();
    // The server's end of the silent connection swallows what rings until its pop is over; nobody waits longer for that.
    await eventually(
      async () => {
        await worker.claim();
        const began = performance.now();
        const woken = wait(1_000);
        await other.enqueue([request()]);
        await woken;
        expect(performance.now() - began).toBeLessThan(900);
      },
      { timeout: 15_000 },
    );
    expect(await worker.claim()).not.toEqual([]);
  });

  it('and forgot its scripts is told them again', async () => {
    const engine = await engineOn(redis().url);
    const client = redis().connect();
    const worker = new EngineWorker({ engine, second: engine, elapse: jest.fn(), close: jest.fn() }, queue, 'w1');
    const asked: Promise<unknown>[] = [];
    for (let n = 0; n < 300; n++) {
      asked.push(engine.enqueue([request({ key: n % 200 })]));
      if (n % 3 === 0) asked.push(client.script('FLUSH'));
      await new Promise(setImmediate);
    }
    await Promise.all(asked);
    let claimed = 0;
    for (const _ of Array(4)) {
      await client.script('FLUSH');
      claimed += (await worker.claim({ slots: 50 })).length;
    }
    expect(claimed).toBe(200);
    expect(await figures(engine)).toMatchObject({ accepted: 200, active: 200 });
  });
});
