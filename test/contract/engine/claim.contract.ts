import { formatJobId } from '../../../lib/core/job-id.js';
import { completed } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const numbers = (jobs: readonly { payload: string }[]): number[] => jobs.map(({ payload }) => Number(payload));

export function claimContract(it: SceneTest): void {
  it('tells the worker all it needs of a job', async (scene) => {
    const { ref, id } = await scene.enqueue({ key: 'a', version: 3, priority: 'low', payload: '[1]' });
    const { now, claimed } = await scene.stranger().turn({ demand: [{ version: 3 }] });
    expect(claimed).toHaveLength(1);
    expect(claimed[0]).toMatchObject({
      ...ref,
      id,
      life: 0,
      version: 3,
      level: 2,
      key: 'a',
      payload: '[1]',
      attempt: 1,
      failures: 0,
      stalls: 0,
      startedAt: now,
      suspect: false,
      expired: false,
      cancelRequested: false,
    });
    expect(claimed[0].lease).not.toBe('');
    expect(claimed[0].steps.size).toBe(0);
    expect(claimed[0].enqueuedAt).toBeLessThanOrEqual(now);
    expect(await scene.get(ref)).toMatchObject({ state: 'active', attempt: 1 });
  });

  it('gives the oldest of a type first', async (scene) => {
    await scene.enqueueMany(30);
    const worker = scene.stranger();
    expect(numbers(await worker.claim({ slots: 20 }))).toEqual(Array.from({ length: 20 }, (_, index) => index));
    expect(numbers(await worker.claim({ slots: 20 }))).toEqual(Array.from({ length: 10 }, (_, index) => 20 + index));
  });

  it('gives no job twice', async (scene) => {
    await scene.enqueueMany(10);
    const [one, two] = [scene.stranger(), scene.stranger(scene.second)];
    const claimed = [
      ...(await one.claim({ slots: 4 })),
      ...(await two.claim({ slots: 4 })),
      ...(await one.claim()),
      ...(await two.claim()),
    ];
    expect(numbers(claimed)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('claims nothing without a free slot', async (scene) => {
    await scene.enqueue();
    expect(await scene.stranger().claim({ slots: 0 })).toEqual([]);
    expect(await scene.stats()).toMatchObject({ waiting: 1, active: 0 });
  });

  it('fills no more than 500 slots in a turn, and settles whatever it is given', async (scene) => {
    await scene.enqueueMany(4_200);
    const worker = scene.stranger();
    const claimed = [];
    for (const filled of [500, 500, 500, 500, 500, 500, 500, 500, 200]) {
      const some = await worker.claim({ slots: 5_000, demand: [{ quota: 5_000 }] });
      expect(some).toHaveLength(filled);
      claimed.push(...some);
    }
    expect(numbers(claimed)).toEqual(Array.from({ length: 4_200 }, (_, index) => index));
    const [lost, ...rest] = claimed;
    const settled = await worker.settle({ ...completed(lost), lease: 'stale' }, ...rest.map((job) => completed(job)));
    expect([settled[0], new Set(settled.slice(1))]).toEqual(['lease_lost', new Set(['ok'])]);
    expect(await scene.stats()).toMatchObject({ completed: 4_199, active: 1 });
  });

  it('serves types in the order in which the worker names them, each within its quota', async (scene) => {
    for (const type of ['a', 'b', 'c']) await scene.enqueueMany(5, { type });
    const claimed = await scene.stranger().claim({
      slots: 6,
      demand: [
        { type: 'c', quota: 2 },
        { type: 'a', quota: 3 },
        { type: 'b', quota: 5 },
      ],
    });
    expect(claimed.map(({ type }) => type)).toEqual(['c', 'c', 'a', 'a', 'a', 'b']);
  });

  it('gives a worker only what it names', async (scene) => {
    await scene.enqueue({ type: 'a' });
    await scene.enqueue({ type: 'b' });
    const worker = scene.stranger();
    expect(await worker.claim({ demand: [] })).toEqual([]);
    expect(await worker.claim({ demand: [{ type: 'nobody' }, { type: 'b' }] })).toMatchObject([{ type: 'b' }]);
    expect(await scene.stats('a')).toMatchObject({ waiting: 1 });
  });

  it('does not let the backlog of one type keep another waiting, when the worker rotates', async (scene) => {
    await scene.enqueueMany(300, { type: 'busy' });
    await scene.enqueue({ type: 'rare' });
    const worker = scene.stranger();
    const [busy, rare] = [{ type: 'busy' }, { type: 'rare' }];
    expect((await worker.claim({ slots: 10, demand: [busy, rare] })).map(({ type }) => type)).toEqual(
      Array(10).fill('busy'),
    );
    const next = await worker.claim({ slots: 10, demand: [rare, busy] });
    expect(next.map(({ type }) => type)).toEqual(['rare', ...Array(9).fill('busy')]);
  });

  it('raises the fencing token with every turn that claims, over all workers and clients', async (scene) => {
    await scene.enqueueMany(30);
    const workers = [scene.stranger(), scene.stranger(scene.second), scene.stranger()];
    const tokens: number[] = [];
    for (let round = 0; round < 10; round++) tokens.push((await workers[round % 3].claimOne()).fencingToken);
    expect(tokens.every((token, index) => Number.isSafeInteger(token) && token > (tokens[index - 1] ?? 0))).toBe(true);
  });

  it('raises the fencing token of a job with each of its attempts', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const first = await worker.claimOne();
    await worker.settle({ ...first, kind: 'released', delayMs: 0 });
    const second = await worker.claimOne();
    expect(second.fencingToken).toBeGreaterThan(first.fencingToken);
    expect(second.lease).not.toBe(first.lease);
  });

  it('starts what is due without a sweep, behind what already waits', async (scene) => {
    await scene.enqueue({ payload: '1', delayMs: 20 });
    await scene.enqueue({ payload: '2' });
    await scene.elapse(30);
    const due = await scene.stranger().claim();
    expect(numbers(due)).toEqual([2, 1]);
  });

  it('starts the earliest of what is due first', async (scene) => {
    // In one call, so that all delays count from the same instant.
    await scene.engine.enqueue([
      scene.request({ payload: '1', delayMs: 60 }),
      scene.request({ payload: '2', delayMs: 20 }),
      scene.request({ payload: '3', delayMs: 40 }),
    ]);
    await scene.elapse(70);
    expect(numbers(await scene.stranger().claim())).toEqual([2, 3, 1]);
  });

  it('tells when something becomes due, and nothing when nothing will', async (scene) => {
    const worker = scene.stranger();
    expect((await worker.turn()).nextDueAt).toBeUndefined();
    const { ref } = await scene.enqueue({ delayMs: 5_000_000 });
    await scene.enqueue({ delayMs: 9_000_000 });
    expect((await worker.turn()).nextDueAt).toBe((await scene.get(ref))!.dueAt);
    await scene.engine.cancel(ref);
    const { nextDueAt, now } = await worker.turn();
    expect(nextDueAt! - now).toBeGreaterThan(8_000_000);
  });

  it('fills what a turn has freed in the same turn', async (scene) => {
    await scene.enqueueMany(3);
    const worker = scene.stranger();
    const [first] = await worker.claim({ slots: 1, demand: [{ globalConcurrency: 1 }] });
    const answer = await worker.turn({ settlements: [completed(first)], demand: [{ globalConcurrency: 1 }] });
    expect(answer.settled).toEqual(['ok']);
    expect(numbers(answer.claimed)).toEqual([1]);
  });

  it('keeps queues apart', async (scene) => {
    const queue = scene.otherQueue('b');
    await scene.engine.enqueue([scene.request({ queue })]);
    expect(await scene.stranger().claim()).toEqual([]);
  });

  it('answers a turn in a queue of which nobody has heard', async (scene) => {
    const { claimed, settled, now } = await scene.stranger().turn();
    expect([claimed, settled]).toEqual([[], []]);
    expect(now).toBeGreaterThan(0);
  });

  it('gives back the ids under which the jobs were accepted', async (scene) => {
    const refs = await scene.enqueueMany(5, { delayMs: 0 });
    const claimed = await scene.stranger().claim();
    expect(claimed.map(({ id }) => id)).toEqual(refs.map(formatJobId));
  });
}
