import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { eachOnItsScene } from './process-scene.js';
import type { WorkerProcess } from './worker-process.js';

/** Beyond the grace: for the last words to the store and the end of the process, on a busy machine. */
const PROMPTLY_MS = 1_500;

async function terminated(worker: WorkerProcess): Promise<number> {
  const began = Date.now();
  worker.terminate();
  expect(await worker.exited).toBe(0);
  return Date.now() - began;
}

describeWithRedis('a worker process that is told to end', (server) => {
  const scene = eachOnItsScene(server);
  const figures: string[] = [];
  afterAll(() => process.stdout.write(`from SIGTERM to the end of the process: ${figures.join(', ')}\n`));

  it('exits at once when it is idle, and takes leave of the store', async () => {
    const on = scene();
    const worker = await on.worker();
    expect(await on.engine.workers('work')).toHaveLength(1);
    const ms = await terminated(worker);
    figures.push(`idle ${ms} ms`);
    expect(ms).toBeLessThan(PROMPTLY_MS);
    expect(await on.engine.workers('work')).toEqual([]);
  });

  it('finishes what ends in time, takes nothing new, and leaves the rest to wait', async () => {
    const on = scene();
    const leaving = await on.worker({ options: { concurrency: 2, shutdownGraceMs: 10_000 } });
    const running = await on.enqueueMany([
      { do: 'linger', ms: 600 },
      { do: 'linger', ms: 600 },
    ]);
    const waiting = await on.enqueueMany([{ do: 'end' }, { do: 'end' }]);
    await eventually(async () => (await on.begun()).length === 2);
    const ms = await terminated(leaving);
    figures.push(`with 600 ms of work ${ms} ms`);
    expect(ms).toBeLessThan(600 + PROMPTLY_MS);
    expect(
      (await on.books())
        .filter(({ what }) => what === 'end')
        .map(({ id }) => id)
        .sort(),
    ).toEqual(running.sort());
    expect(await on.sum('completed')).toBe(2);
    for (const id of waiting) expect(await on.job(id)).toMatchObject({ state: 'waiting', attempt: 0 });
  });

  it('gives back what does not end in time without using up an attempt, though a handler is deaf', async () => {
    const on = scene();
    const grace = 300;
    const leaving = await on.worker({ options: { shutdownGraceMs: grace } });
    const [obedient, deaf] = await on.enqueueMany([
      { do: 'hold', once: true },
      { do: 'ignore', once: true },
    ]);
    await eventually(async () => (await on.begun()).length === 2);
    const ms = await terminated(leaving);
    figures.push(`with a deaf handler and a grace of ${grace} ms ${ms} ms`);
    expect(ms).toBeGreaterThanOrEqual(grace);
    expect(ms).toBeLessThan(grace + PROMPTLY_MS);
    expect(await on.engine.workers('work')).toEqual([]);
    for (const id of [obedient, deaf]) {
      expect(await on.job(id)).toMatchObject({ state: 'waiting', failures: 0, stalls: 0, attempts: [] });
    }
    const books = await on.books();
    expect(books.map(({ what }) => what)).toEqual(['begin v1', 'begin v1', 'WorkerStoppingError']);
    await on.worker();
    await on.until('completed', 2);
    expect(await on.sum('dead')).toBe(0);
  });

  it('hands on at once what it gives back, to a worker that polls once a minute', async () => {
    const on = scene();
    const leaving = await on.worker({ options: { shutdownGraceMs: 0, concurrency: 1 } });
    await on.enqueue({ do: 'hold', once: true });
    await eventually(async () => (await on.begun()).length === 1);
    await on.worker({ options: { pollMs: 60_000, sweepIntervalMs: 60_000 } });
    // The leaving one is full, so it does not count.
    await on.untilIdle(1);
    await terminated(leaving);
    await on.until('completed', 1, { timeout: 1_000 });
  });

  it('exits all the same when the store is away', async () => {
    const on = scene();
    const leaving = await on.worker({ commandTimeoutMs: 500, options: { shutdownGraceMs: 100 } });
    await on.enqueue({ do: 'ignore', once: true });
    await eventually(async () => (await on.begun()).length === 1);
    process.kill(server().pid, 'SIGSTOP');
    try {
      const ms = await terminated(leaving);
      figures.push(`with a store that does not answer ${ms} ms`);
      expect(ms).toBeLessThan(10_000);
    } finally {
      process.kill(server().pid, 'SIGCONT');
    }
  });
});
