import { formatJobId } from '../../../lib/core/job-id.js';
import type { JobFilter } from '../../../lib/engine/inspector.port.js';
import { buried, completed, released } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

async function allOf(scene: EngineScene, state: JobFilter['state'], limit: number, type = 'task'): Promise<unknown[]> {
  const payloads: unknown[] = [];
  let cursor: string | undefined;
  do {
    const page = await scene.engine.list({ queue: scene.queue, type, state }, limit, cursor);
    if (page.items.length > limit) throw new Error(`a page of ${page.items.length} instead of ${limit}`);
    if (page.items.some((job) => job.state !== state)) throw new Error(`a job in another state than ${state}`);
    payloads.push(...page.items.map(({ payload }) => payload));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return payloads;
}

export function inspectionContract(it: SceneTest): void {
  it('shows a job that waits', async (scene) => {
    const { ref, id } = await scene.enqueue({ key: 'a', version: 2, priority: 'high', payload: '{"a":[1,{}]}' });
    const snapshot = await scene.second.get(ref);
    expect(snapshot).toMatchObject({
      id,
      name: 'task',
      queue: scene.queue,
      version: 2,
      state: 'waiting',
      priority: 'high',
      idempotencyKey: 'a',
      payload: { a: [1, {}] },
      attempt: 0,
      failures: 0,
      stalls: 0,
      life: 0,
      cancelRequested: false,
      attempts: [],
    });
    for (const absent of ['dueAt', 'expiresAt', 'endedAt', 'result', 'progress', 'burial'])
      expect(snapshot).not.toHaveProperty(absent, expect.anything());
  });

  it('gives every onlooker a copy of its own', async (scene) => {
    const { ref } = await scene.enqueue({ payload: '{"a":1}' });
    const snapshot = (await scene.get(ref))!;
    (snapshot.payload as { a: number }).a = 2;
    expect(await scene.get(ref)).toMatchObject({ payload: { a: 1 } });
    expect((await scene.stranger().claimOne()).payload).toBe('{"a":1}');
  });

  it('knows nothing of what never was', async (scene) => {
    expect(await scene.engine.get(scene.request())).toBeUndefined();
    expect(await scene.engine.list({ queue: scene.queue, type: 'task', state: 'waiting' }, 10)).toEqual({ items: [] });
    expect(await scene.engine.stats(scene.queue)).toEqual({ queue: scene.queue, paused: false, types: [] });
    expect(await scene.engine.workers(scene.queue)).toEqual([]);
    expect(await scene.engine.queues()).not.toContain(scene.queue);
  });

  it('lists the jobs of a type by state, page by page, each once', async (scene) => {
    await scene.enqueueMany(7);
    await scene.enqueueMany(3, { type: 'other' });
    for (const limit of [2, 7, 100]) expect(await allOf(scene, 'waiting', limit)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    expect(await allOf(scene, 'waiting', 2, 'other')).toEqual([0, 1, 2]);
    expect(await allOf(scene, 'active', 2)).toEqual([]);
    expect(await allOf(scene, 'waiting', 2, 'nobody')).toEqual([]);
  });

  it('lists waiting jobs in the order in which they would be claimed', async (scene) => {
    for (const priority of ['bulk', 'normal', 'high', 'low'] as const)
      await scene.enqueue({ priority, payload: `"${priority}"` });
    await scene.enqueue({ payload: '"suspect"', priority: 'high' });
    const worker = scene.stranger();
    const [high, suspect] = await worker.claim({ slots: 2 });
    await worker.settle(released(high));
    await scene.sweep();
    expect(await allOf(scene, 'waiting', 2)).toEqual(
      [suspect, high].map(({ payload }) => JSON.parse(payload)).concat(['normal', 'low', 'bulk']),
    );
  });

  it('does not list what was cancelled', async (scene) => {
    const refs = await scene.enqueueMany(4);
    await scene.engine.cancel(refs[0]);
    await scene.engine.cancel(refs[2]);
    for (const limit of [1, 10]) expect(await allOf(scene, 'waiting', limit)).toEqual([1, 3]);
  });

  it('lists scheduled jobs by the time they are due, soonest first', async (scene) => {
    for (const [payload, delayMs] of [
      ['1', 3_000_000],
      ['2', 1_000_000],
      ['3', 2_000_000],
    ] as const)
      await scene.enqueue({ payload, delayMs });
    for (const limit of [1, 2, 10]) expect(await allOf(scene, 'scheduled', limit)).toEqual([2, 3, 1]);
  });

  it('lists scheduled jobs of the far future page by page, too', async (scene) => {
    await scene.enqueueMany(3, { dueAt: 8.64e15 });
    expect((await allOf(scene, 'scheduled', 1)).sort()).toEqual([0, 1, 2]);
  });

  it('lists active jobs by their start, and dead ones by their burial, newest first', async (scene) => {
    await scene.enqueueMany(3);
    const worker = scene.stranger();
    const jobs = [];
    for (let n = 0; n < 3; n++) {
      jobs.push(await worker.claimOne());
      await scene.elapse(2);
    }
    expect(await allOf(scene, 'active', 2)).toEqual([0, 1, 2]);
    for (const job of [jobs[1], jobs[0], jobs[2]]) {
      await worker.settle(buried(job));
      await scene.elapse(2);
    }
    expect(await allOf(scene, 'active', 2)).toEqual([]);
    for (const limit of [1, 2, 10]) expect(await allOf(scene, 'dead', limit)).toEqual([2, 0, 1]);
  });

  it('keeps a consistent account of each type and version', async (scene) => {
    await scene.enqueueMany(8, { type: 'b' });
    await scene.enqueueMany(2, { type: 'a', version: 2 });
    await scene.enqueue({ type: 'a', version: 1 });
    const { ref } = await scene.enqueue({ type: 'b', delayMs: 3_600_000 });
    await scene.enqueue({ type: 'b', delayMs: 3_600_000 });
    await scene.engine.cancel(ref);
    const worker = scene.stranger();
    const [one, two, three, four] = await worker.claim({ slots: 5, demand: [{ type: 'b' }] });
    await worker.settle(completed(one), completed(two, { windowMs: 0 }), buried(three), buried(four));
    await scene.engine.resolve(three, 0, { actor: 'ann', reason: 'x' });
    const nothing = {
      scheduled: 0,
      waiting: 0,
      active: 0,
      dead: 0,
      completed: 0,
      cancelled: 0,
      resolved: 0,
      paused: false,
    };
    expect(await scene.engine.stats(scene.queue)).toEqual({
      queue: scene.queue,
      paused: false,
      types: [
        { ...nothing, type: 'a', version: 1, accepted: 1, waiting: 1 },
        { ...nothing, type: 'a', version: 2, accepted: 2, waiting: 2 },
        {
          type: 'b',
          version: 1,
          accepted: 10,
          scheduled: 1,
          waiting: 3,
          active: 1,
          dead: 1,
          completed: 2,
          cancelled: 1,
          resolved: 1,
          paused: false,
        },
      ],
    });
  });

  it('names the queues it knows of in order', async (scene) => {
    const names = ['c', 'a', 'b'].map((name) => scene.otherQueue(name));
    for (const queue of names) await scene.enqueue({ queue });
    const known = (await scene.second.queues()).filter((queue) => names.includes(queue));
    expect(known).toEqual([...names].sort());
  });

  it('knows a queue in which only workers wait', async (scene) => {
    await scene.worker();
    expect(await scene.engine.queues()).toContain(scene.queue);
  });

  it('tells apart two jobs that had the same key', async (scene) => {
    const first = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    await worker.settle(completed(await worker.claimOne(), { windowMs: 5 }));
    await scene.elapse(10);
    const second = await scene.enqueue({ key: 'a' });
    expect(await scene.get(first.ref)).toBeUndefined();
    expect((await scene.get(second.ref))!.id).toBe(formatJobId(second.ref));
  });
}
