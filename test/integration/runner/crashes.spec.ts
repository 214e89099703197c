import { eventually } from '../../support/eventually.js';
import { parseBurialLine } from '../../support/job-lines.js';
import { describeWithRedis } from '../../support/redis-server.js';
import type { Deed } from './deeds.js';
import { eachOnItsScene } from './process-scene.js';

const MAX_STALLS = 2;

const times = (count: number, deed: Deed): Deed[] => Array.from({ length: count }, () => deed);

describeWithRedis('worker processes that crash', (server) => {
  const scene = eachOnItsScene(server);

  it('killed in mid-job: another one runs the jobs again, and nothing is lost', async () => {
    const on = scene();
    const victim = await on.worker({ options: { concurrency: 5 } });
    const held = await on.enqueueMany(times(5, { do: 'hold', once: true }));
    await eventually(async () => (await on.begun()).length === 5);
    const heir = await on.worker({ options: { concurrency: 5 } });
    const others = await on.enqueueMany(times(50, { do: 'end' }));
    await victim.kill();
    await on.until('completed', 55);
    const ended = (await on.books()).filter(({ what }) => what === 'end');
    expect(ended.map(({ id }) => id).sort()).toEqual([...held, ...others].sort());
    const again = ended.filter(({ id }) => held.includes(id));
    expect(again.map(({ pid, attempt }) => ({ pid, attempt }))).toEqual(
      held.map(() => ({ pid: heir.pid, attempt: 2 })),
    );
    expect(heir.lines('warn').filter((line) => line.startsWith('job stalled: '))).toHaveLength(5);
    expect(await on.sum('dead')).toBe(0);
  });

  it('by a job that calls process.exit: it is buried as stalled, and none of its 24 neighbours is', async () => {
    const on = scene();
    const poison = await on.enqueue({ do: 'exit' }, { key: 'poison' });
    const innocents = await on.enqueueMany(times(24, { do: 'linger', ms: 60 }));
    for (let deaths = 0; ; deaths++) {
      const worker = await on.worker({ options: { concurrency: 10, leaseMs: 1_000 } });
      await eventually(async () => worker.hasExited || (await on.job(poison)).state === 'dead', { timeout: 20_000 });
      if (!worker.hasExited) {
        // The first death does not count: it may have been a neighbour's fault.
        expect(deaths).toBe(MAX_STALLS + 2);
        break;
      }
      expect(await worker.exited).toBe(3);
    }
    await on.until('completed', innocents.length);
    expect(await on.job(poison)).toMatchObject({ state: 'dead', failures: 0, burial: { reason: 'stalled' } });
    expect(await on.sum('dead')).toBe(1);
    const again = (await on.begun()).filter(({ id, attempt }) => innocents.includes(id) && attempt > 1);
    // Else the neighbours were in no danger.
    expect(again.length).toBeGreaterThanOrEqual(5);
    const told = await eventually(() => on.workers.flatMap((worker) => worker.lines('error'))[0] ?? false);
    expect(parseBurialLine(told)).toMatchObject({ id: poison, reason: 'stalled' });
  });

  it('blocked for longer than the lease: the jobs run elsewhere, and its late end and its late step are refused', async () => {
    const on = scene();
    const setup = { options: { leaseMs: 1_000 }, policy: { keepResult: true } };
    const blocked = await on.worker(setup);
    const blocking = await on.enqueue({ do: 'block', ms: 3_500, once: true, gated: true }, { key: 1 });
    await eventually(async () => (await on.begun()).length === 1);
    const beside = await on.enqueue({ do: 'step', once: true, gated: true }, { key: 2 });
    await eventually(async () => (await on.begun()).length === 2);
    const other = await on.worker(setup);
    await on.openGate();
    await on.openGate();
    await on.until('completed', 2);
    const settled = { state: 'completed', result: `attempt 2 of process ${other.pid}` };
    for (const id of [blocking, beside]) expect(await on.job(id)).toMatchObject(settled);
    const lost = (): string[] => blocked.lines('warn').filter((line) => line.startsWith('job lease lost: '));
    // The other one was done with them before this one could know.
    expect(lost()).toEqual([]);
    await eventually(() => expect(lost()).toHaveLength(2), { timeout: 10_000 });
    for (const id of [blocking, beside]) expect(lost()).toContainEqual(expect.stringContaining(` id=${id} `));
    await eventually(async () => expect((await on.books()).filter(({ pid }) => pid === blocked.pid)).toHaveLength(4));
    const books = (await on.books()).filter(({ pid }) => pid === blocked.pid);
    const own = (of: string): string[] => books.filter(({ id }) => id === of).map(({ what }) => what);
    expect(own(blocking)).toEqual(['begin v1', 'end']);
    expect(own(beside)).toEqual(['begin v1', 'LeaseLostError']);
    for (const id of [blocking, beside]) expect(await on.job(id)).toMatchObject(settled);
    expect(await on.sum('completed')).toBe(2);
  });

  it('right after a burial: another one tells of it at error level, and so does a third where that one died with the alert in hand', async () => {
    const on = scene();
    const undertaker = await on.worker({ diesOf: 'job.buried' });
    const id = await on.enqueue({ do: 'refuse' }, { key: 1 });
    expect(await undertaker.exited).toBe('SIGKILL');
    expect(undertaker.lines('error')).toEqual([]);
    const [taken] = await on.engine.takeAlerts('work', 10, 500);
    expect(taken).toMatchObject({ kind: 'job.buried' });
    const heir = await on.worker();
    const line = await eventually(() => heir.lines('error')[0] ?? false, { timeout: 10_000 });
    expect(parseBurialLine(line)).toMatchObject({
      ...{ id, reason: 'non_retryable', failure: '1/4', attempts: '1', error: 'NonRetryableJobError: no customer' },
    });
    await eventually(async () => expect(await on.engine.takeAlerts('work', 10, 1)).toEqual([]));
    expect(heir.lines('error')).toHaveLength(1);
  });
});
