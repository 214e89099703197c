import { describeWithRedis } from '../../support/redis-server.js';
import type { Deed } from './deeds.js';
import { eachOnItsScene } from './process-scene.js';

describeWithRedis('the figures of several worker processes', (server) => {
  const scene = eachOnItsScene(server);

  it('are what the handlers wrote down under load, and the same from each of them', async () => {
    const on = scene();
    const policy = { maxRetries: 1, backoff: { kind: 'fixed', delayMs: 5, maxDelayMs: 5, jitter: 'none' } as never };
    const workers = await Promise.all([on.worker({ policy }), on.worker({ policy, options: { concurrency: 7 } })]);
    const deeds: Deed[] = Array.from({ length: 900 }, (_, n) =>
      n % 9 === 0 ? { do: 'refuse' } : n % 9 === 1 ? { do: 'fail', once: true } : { do: 'linger', ms: n % 7 },
    );
    await on.enqueueMany(deeds);
    await on.until('completed', 800);
    await on.until('dead', 100);

    const books = await on.books();
    const of = (what: string): number => books.filter((entry) => entry.what === what).length;
    const own = { completed: of('end'), failed: of('TypeError') + of('NonRetryableJobError') };
    expect(own).toEqual({ completed: 800, failed: 200 });
    expect(new Set(books.map(({ pid }) => pid)).size).toBe(2);

    for (const worker of workers) await worker.figures();
    const told = await Promise.all(workers.map((worker) => worker.figures()));
    for (const { today, figures } of told) {
      expect(today).toMatchObject({ processed: own.completed, failed: own.failed, buried: 100, dead: 100 });
      expect(figures).toHaveLength(1);
      expect(figures[0]).toMatchObject({
        ...{ queue: 'work', name: 'task', completed: 800, failed: 200, retried: 100, buried: 100 },
        buriedByReason: { non_retryable: 100 },
        depth: { waiting: 0, active: 0, scheduled: 0, dead: 100 },
        failureRate: 0.2,
      });
      expect(figures[0].processing.count).toBe((await on.begun()).length);
      expect(figures[0].waiting.count).toBe(900);
    }
    const [one, two] = told.map(({ figures }) => figures.map(({ processingRate: _, ...same }) => same));
    expect(one).toEqual(two);
    expect((await on.engine.readLedger('work')).findings).toEqual([]);
  });

  it('tell of stalls, and of nothing twice, when one of them is killed', async () => {
    const on = scene();
    const dying = await on.worker({ options: { concurrency: 10 } });
    await on.enqueueMany(Array.from({ length: 10 }, (): Deed => ({ do: 'ignore', once: true })));
    await on.until('active', 10);
    await dying.kill();
    const worker = await on.worker();
    await on.until('completed', 10);
    const { today, figures } = await worker.figures();
    expect(today).toMatchObject({ processed: 10, failed: 0, dead: 0 });
    expect(figures[0]).toMatchObject({ completed: 10, stalled: 10 });
    expect((await on.engine.readLedger('work')).findings).toEqual([]);
  });
});
