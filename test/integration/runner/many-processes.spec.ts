import { eventually } from '../../support/eventually.js';
import { requestOf } from '../../support/engine-request.js';
import { describeWithRedis } from '../../support/redis-server.js';
import type { Deed } from './deeds.js';
import { eachOnItsScene, type BookEntry } from './process-scene.js';

const times = (count: number, deed: Deed): Deed[] => Array.from({ length: count }, () => deed);

/** How many ran at once, by what the handlers wrote down. */
function mostAtOnce(books: readonly BookEntry[]): number {
  let [now, most] = [0, 0];
  for (const { what } of books) most = Math.max(most, (now += what.startsWith('begin') ? 1 : -1));
  return most;
}

const pidsOf = (books: readonly BookEntry[]): number[] => [...new Set(books.map(({ pid }) => pid))].sort();

describeWithRedis('several worker processes', (server) => {
  const scene = eachOnItsScene(server);

  it('hear at once that a job is cancelled that one of them runs', async () => {
    const on = scene();
    // The beat, which would tell it as well, comes every 20 s.
    const options = { leaseMs: 60_000 };
    await Promise.all([on.worker({ options }), on.worker({ options })]);
    const ids = await on.enqueueMany(times(4, { do: 'hold' }));
    await eventually(async () => (await on.begun()).length === 4);
    for (const id of ids) expect(await on.cancel(id)).toMatchObject({ status: 'requested' });
    await on.until('cancelled', 4, { timeout: 5_000 });
    expect((await on.books()).filter(({ what }) => what === 'JobCancelledError')).toHaveLength(4);
    expect(await on.job(ids[0])).toMatchObject({ state: 'cancelled' });
  });

  it.each([
    ['a type', { queue: 'work', type: 'task' }, { type: 'other', queue: 'work' }],
    ['a queue', { queue: 'work' }, { type: 'side', queue: 'side' }],
  ])(
    'stop with %s that is paused, go on with the rest, and begin at once when it is resumed',
    async (_, target, rest) => {
      const on = scene();
      const by = { actor: 'ann', reason: 'incident 7' };
      const types = { task: 'work', other: 'work', side: 'side' };
      const setup = { types, options: { concurrency: 4, pollMs: 60_000 } };
      const [one, two] = await Promise.all([on.worker(setup), on.worker(setup)]);
      const before = await on.enqueueMany(times(40, { do: 'linger', ms: 40 }));
      await eventually(async () => (await on.sum('completed')) >= 10);
      await on.engine.setPaused(target, true, by);
      await on.until('active', 0);
      const begun = (await on.begun()).length;
      expect(begun).toBeLessThan(before.length);
      const after = await on.enqueueMany(times(5, { do: 'end' }));
      for (let round = 1; round <= 3; round++) {
        const ids = await on.enqueueMany(times(10, { do: 'end' }), rest);
        await eventually(async () => {
          const done = (await on.books()).filter(({ what, id }) => what === 'end' && ids.includes(id));
          expect(done).toHaveLength(10);
        });
      }
      const own = [...before, ...after];
      expect((await on.begun()).filter(({ id }) => own.includes(id))).toHaveLength(begun);
      await on.engine.setPaused(target, false, by);
      await eventually(
        async () => {
          const done = (await on.books()).filter(({ what, id }) => what === 'end' && own.includes(id));
          expect(done).toHaveLength(own.length);
        },
        { timeout: 10_000 },
      );
      const resumed = (await on.begun()).filter(({ id }) => own.includes(id)).slice(begun);
      expect(pidsOf(resumed)).toEqual([one.pid, two.pid].sort());
    },
  );

  it('keep to the global concurrency of a type, all of them together', async () => {
    const on = scene();
    const setup = { policy: { globalConcurrency: 3 }, options: { concurrency: 2 } };
    const [one, two] = await Promise.all([on.worker(setup), on.worker(setup)]);
    await on.enqueueMany(times(60, { do: 'linger', ms: 20 }));
    await on.until('completed', 60);
    const books = await on.books();
    expect(mostAtOnce(books)).toBe(3);
    expect(pidsOf(books)).toEqual([one.pid, two.pid].sort());
  });

  it('keep to the rate limit of a type, all of them together, and go on by themselves when it opens', async () => {
    const on = scene();
    const setup = {
      policy: { rateLimit: { max: 5, perMs: 700 }, maxRetries: 0 },
      options: { concurrency: 3, pollMs: 60_000, sweepIntervalMs: 60_000 },
    };
    await Promise.all([on.worker(setup), on.worker(setup)]);
    // What is buried keeps when it began, by the store's clock.
    const ids = await on.enqueueMany(times(20, { do: 'fail' }));
    await on.until('dead', 20);
    const jobs = await Promise.all(ids.map((id) => on.job(id)));
    const starts = jobs.map(({ attempts }) => attempts[0].startedAt).sort((a, b) => a - b);
    const spans = starts.slice(5).map((start, n) => start - starts[n]);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(700);
    // Three times it had to open.
    expect(starts[19] - starts[0]).toBeLessThan(3 * 700 + 3_000);
  });

  it('run one job for 100 parallel enqueues of one key from four processes', async () => {
    const on = scene();
    const processes = await Promise.all([false, false, true, true].map((idle) => on.worker({ idle })));
    const order = { key: 'order 7', deed: { do: 'end' } as const, times: 25 };
    const receipts = (await Promise.all(processes.map((each) => each.enqueue(order)))).flat();
    expect(receipts).toHaveLength(100);
    expect(receipts.filter(({ status }) => status === 'created')).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    await on.until('completed', 1);
    expect(await on.sum('accepted')).toBe(1);
    expect((await on.books()).map(({ what, id }) => [what, id])).toEqual([
      ['begin v1', receipts[0].id],
      ['end', receipts[0].id],
    ]);
  });

  it('of versions 1 and 2 side by side do 1,000 jobs of each once, each by one that can, and bury none', async () => {
    const on = scene();
    const [old, young] = await Promise.all([on.worker({ version: 1 }), on.worker({ version: 2, migrates: [1] })]);
    const requests = Array.from({ length: 2_000 }, (_, i) => {
      const version = 1 + (i % 2);
      return requestOf({ queue: 'work', key: i, version, payload: JSON.stringify({ do: 'end', v: version }) });
    });
    for (let at = 0; at < requests.length; at += 100) await on.engine.enqueue(requests.slice(at, at + 100));
    await on.until('completed', 2_000);
    expect(await on.sum('dead')).toBe(0);
    const begun = await on.begun();
    expect(new Set(begun.map(({ id }) => id)).size).toBe(2_000);
    expect(begun).toHaveLength(2_000);
    const whats = (pid: number): string[] => [
      ...new Set(begun.filter((entry) => entry.pid === pid).map(({ what }) => what)),
    ];
    expect(whats(old.pid)).toEqual(['begin v1']);
    expect(whats(young.pid)).toEqual(['begin v2']);
  });

  it('of version 1 alone leave jobs of version 2 to wait for one that can', async () => {
    const on = scene();
    await on.worker({ version: 1 });
    const young = await on.enqueueMany(times(20, { do: 'end', v: 2 }), { version: 2 });
    await on.enqueueMany(times(20, { do: 'end' }));
    await on.until('completed', 20);
    expect(await on.sum('waiting')).toBe(20);
    await on.worker({ version: 2 });
    await on.until('completed', 40);
    expect((await on.begun()).filter(({ id }) => young.includes(id)).every(({ what }) => what === 'begin v2')).toBe(
      true,
    );
  });
});
