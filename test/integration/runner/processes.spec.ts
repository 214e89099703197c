import type { Redis } from 'ioredis';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobSnapshot } from '../../../lib/core/job-snapshot.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { TypeStats } from '../../../lib/engine/inspector.port.js';
import { requestOf, type RequestOptions } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { parseBurialLine, parseRetryLine } from '../../support/job-lines.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { openRedisEngine } from './redis-engine.js';
import type { Deed, WorkerSetup } from './worker.fixture.js';
import { WorkerProcess } from './worker-process.js';

interface Entry {
  readonly what: string;
  readonly id: string;
  readonly attempt: number;
  readonly pid: number;
}

describeWithRedis('worker processes on Redis', (server) => {
  let engine: JobEngine;
  let redis: Redis;
  const workers: WorkerProcess[] = [];

  beforeEach(async () => {
    redis = server().connect();
    await redis.flushall();
    engine = await openRedisEngine(server().url);
  });
  afterEach(async () => {
    await Promise.all(workers.splice(0).map((worker) => worker.kill()));
    await engine.close();
  });

  async function worker(setup: Omit<WorkerSetup, 'url'> = {}): Promise<WorkerProcess> {
    const started = await WorkerProcess.start({ url: server().url, ...setup });
    workers.push(started);
    return started;
  }

  async function enqueue(deed: Deed, options: Partial<RequestOptions> = {}): Promise<string> {
    const [outcome] = await engine.enqueue([requestOf({ queue: 'work', payload: JSON.stringify(deed), ...options })]);
    return outcome.id;
  }

  const books = async (): Promise<Entry[]> =>
    (await redis.lrange('books', 0, -1)).map((entry) => JSON.parse(entry) as Entry);
  const job = async (id: string): Promise<JobSnapshot | undefined> => engine.get(parseJobId(id));
  const sum = (types: readonly TypeStats[], of: 'completed' | 'dead' | 'accepted'): number =>
    types.reduce((all, type) => all + type[of], 0);

  async function completed(count: number, timeout = 20_000): Promise<void> {
    await eventually(async () => sum((await engine.stats('work')).types, 'completed') === count, {
      timeout,
      message: `${count} jobs are completed`,
    });
  }

  it('one of them killed in mid-job: the other does the job, and nothing is lost', async () => {
    const victim = await worker({ options: { concurrency: 5 } });
    const held = await Promise.all(
      [1, 2, 3].map((key) => enqueue({ do: 'hold' }, { key, overrides: { timeoutMs: 60_000 } })),
    );
    await eventually(async () => (await books()).length === 3);
    await victim.kill('SIGKILL');
    await redis.set('released', '1');
    const others = Array.from({ length: 50 }, (_, i) => enqueue({ do: 'end' }, { key: `other ${i}` }));
    await Promise.all(others);
    const heir = await worker();
    await eventually(
      async () => (await books()).filter(({ pid, id }) => pid === heir.pid && held.includes(id)).length >= 1,
      { timeout: 20_000 },
    );
    await completed(50);
    // Suspects are taken one by one; a cancellation lets each of them come to its end here.
    for (const id of held) await engine.cancel(parseJobId(id));
    for (const id of held) await eventually(async () => (await job(id))?.state === 'cancelled', { timeout: 20_000 });
    const { types } = await engine.stats('work');
    expect(types).toMatchObject([
      { accepted: 53, completed: 50, cancelled: 3, active: 0, waiting: 0, scheduled: 0, dead: 0 },
    ]);
  });

  it('a job that calls process.exit is buried, and its innocent neighbours are done', async () => {
    const poison = await enqueue({ do: 'exit' }, { key: 'poison' });
    const innocents = await Promise.all(Array.from({ length: 30 }, (_, i) => enqueue({ do: 'end' }, { key: i })));
    let deaths = 0;
    for (;;) {
      const running = await worker({ options: { concurrency: 10 } });
      await eventually(async () => running.hasExited || (await job(poison))?.state === 'dead', { timeout: 20_000 });
      if (!running.hasExited) break;
      expect(await running.exited).toBe(3);
      expect(++deaths).toBeLessThanOrEqual(4);
    }
    await completed(innocents.length);
    expect(await job(poison)).toMatchObject({ state: 'dead', failures: 0, burial: { reason: 'stalled' } });
    expect(deaths).toBe(4);
    expect(sum((await engine.stats('work')).types, 'dead')).toBe(1);
    await eventually(() => workers.some(({ lines }) => lines.some((line) => line.startsWith('job buried: '))));
    const line = workers.flatMap(({ lines }) => lines).find((text) => text.startsWith('job buried: ')) as string;
    expect(parseBurialLine(line)).toMatchObject({ id: poison, reason: 'stalled' });
  });

  it('a cancellation reaches a job that runs in another process at once', async () => {
    await worker({ options: { leaseMs: 60_000 } });
    const id = await enqueue({ do: 'hold' }, { key: 1 });
    await eventually(async () => (await books()).length === 1);
    expect(await engine.cancel(parseJobId(id))).toMatchObject({ status: 'requested' });
    await eventually(async () => (await job(id))?.state === 'cancelled', { timeout: 5_000 });
    expect((await books()).map(({ what }) => what)).toEqual(['begin v1', 'JobCancelledError']);
  });

  it('a drain gives back without using up an attempt, and the process exits by itself at once', async () => {
    const leaving = await worker({ options: { shutdownGraceMs: 300 } });
    const id = await enqueue({ do: 'hold' }, { key: 1 });
    await eventually(async () => (await books()).length === 1);
    const began = Date.now();
    leaving.drain();
    expect(await leaving.exited).toBe(0);
    expect(Date.now() - began).toBeLessThan(2_500);
    expect(await job(id)).toMatchObject({ state: 'waiting', failures: 0, stalls: 0, attempts: [] });
    expect((await books()).map(({ what }) => what)).toEqual(['begin v1', 'WorkerStoppingError']);
    expect(await engine.workers('work')).toEqual([]);
    await worker();
    await eventually(async () => (await books()).length === 3);
    expect((await job(id))?.state).toBe('active');
  });

  it('a worker whose event loop is blocked for longer than its lease loses the job to another and its late result', async () => {
    const blocked = await worker();
    const id = await enqueue({ do: 'block', ms: 5_000 }, { key: 1, overrides: { timeoutMs: 60_000 } });
    await eventually(async () => (await books()).length === 1);
    await worker();
    await eventually(async () => (await books()).filter(({ what }) => what === 'end').length === 2, {
      timeout: 25_000,
    });
    await completed(1);
    expect(await job(id)).toMatchObject({ state: 'completed' });
    await eventually(() => blocked.lines.some((line) => line.startsWith(`job lease lost: id=${id}`)));
  });

  it('versions 1 and 2 side by side, 1,000 jobs of each: every job is done once, by a worker that can, and none is dead', async () => {
    await Promise.all([worker({ version: 1 }), worker({ version: 2, migrates: [1] })]);
    const requests = Array.from({ length: 2_000 }, (_, i) => {
      const version = 1 + (i % 2);
      return requestOf({ queue: 'work', key: i, version, payload: JSON.stringify({ do: 'end', v: version }) });
    });
    for (let at = 0; at < requests.length; at += 100) await engine.enqueue(requests.slice(at, at + 100));
    await completed(2_000, 30_000);
    const { types } = await engine.stats('work');
    expect(sum(types, 'dead')).toBe(0);
    const begun = (await books()).filter(({ what }) => what.startsWith('begin'));
    expect(new Set(begun.map(({ id }) => id)).size).toBe(2_000);
    expect(begun).toHaveLength(2_000);
    const [old, young] = workers;
    expect(begun.filter(({ pid }) => pid === old.pid).every(({ what }) => what === 'begin v1')).toBe(true);
    expect(begun.filter(({ pid }) => pid === young.pid).every(({ what }) => what === 'begin v2')).toBe(true);
  });

  it('the line of a retry tells job, attempt, error and the time of the next one', async () => {
    const failing = await worker({
      policy: { backoff: { type: 'fixed', delayMs: 60_000, maxDelayMs: 60_000, jitter: 'none' } },
    });
    const id = await enqueue({ do: 'fail' }, { key: 'order 7' });
    await eventually(() => failing.lines.some((line) => line.startsWith('job retry: ')));
    const line = parseRetryLine(failing.lines.find((text) => text.startsWith('job retry: ')) as string);
    expect(line).toMatchObject({ id, name: 'task', failure: 1, maxAttempts: 4, attempt: 1, delayMs: 60_000 });
    expect(line.error).toBe('TypeError: fetch failed for "a" reason');
    const due = (await job(id))?.dueAt as number;
    expect(Math.abs(line.next.getTime() - due)).toBeLessThan(50);
  });
});
