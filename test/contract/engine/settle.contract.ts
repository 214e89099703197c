import { buried, completed, released, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function settleContract(it: SceneTest): void {
  it('completes a job and counts it', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    expect(await worker.settle(completed(await worker.claimOne()))).toEqual(['ok']);
    expect(await scene.stats()).toMatchObject({ accepted: 1, completed: 1, active: 0 });
    const snapshot = await scene.get(ref);
    expect(snapshot).toMatchObject({ state: 'completed', name: 'task', queue: scene.queue });
    expect(snapshot!.endedAt).toBeGreaterThanOrEqual(snapshot!.enqueuedAt ?? 0);
    expect(snapshot!.payload).toBeUndefined();
    expect(snapshot!.result).toBeUndefined();
  });

  it('keeps a result for the window and no longer', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(completed(await worker.claimOne(), { windowMs: 400, result: '{"a":[]}' }));
    expect(await scene.get(ref)).toMatchObject({ state: 'completed', result: { a: [] } });
    await scene.elapse(410);
    expect(await scene.get(ref)).toBeUndefined();
  });

  it('leaves nothing of a job without a window', async (scene) => {
    const refs = [(await scene.enqueue()).ref, (await scene.enqueue({ key: 'a' })).ref];
    const worker = scene.stranger();
    const jobs = await worker.claim();
    expect(await worker.settle(...jobs.map((job) => completed(job, { windowMs: 0 })))).toEqual(['ok', 'ok']);
    for (const ref of refs) expect(await scene.get(ref)).toBeUndefined();
    expect(await scene.stats()).toMatchObject({ accepted: 2, completed: 2 });
  });

  it('settles many attempts at once, each by itself and in its place', async (scene) => {
    await scene.enqueueMany(6);
    const worker = scene.stranger();
    const [a, b, c, d, e, f] = await worker.claim();
    await worker.settle(completed(b));
    const statuses = await worker.settle(
      completed(a),
      completed(b),
      retried(c, { delayMs: 3_600_000 }),
      { ...completed(d), lease: 'no such lease' },
      buried(e),
      released(f),
    );
    expect(statuses).toEqual(['ok', 'lease_lost', 'ok', 'lease_lost', 'ok', 'ok']);
    expect(await scene.stats()).toMatchObject({ completed: 2, scheduled: 1, active: 1, dead: 1, waiting: 1 });
  });

  it('believes only the first end of an attempt', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await worker.settle(completed(job), buried(job))).toEqual(['ok', 'lease_lost']);
    expect(await worker.settle(retried(job))).toEqual(['lease_lost']);
    expect(await scene.stateOf(ref)).toBe('completed');
  });

  it('puts a released job at the head of its list, uncounted', async (scene) => {
    await scene.enqueueMany(3);
    const worker = scene.stranger();
    const first = await worker.claimOne();
    expect(await worker.settle(released(first))).toEqual(['ok']);
    const jobs = await worker.claim();
    expect(jobs.map(({ payload }) => payload)).toEqual(['0', '1', '2']);
    expect(jobs[0]).toMatchObject({ op: first.op, attempt: 2, failures: 0, stalls: 0 });
  });

  it('counts no start of what was claimed and never began', async (scene) => {
    await scene.enqueueMany(3);
    const worker = scene.stranger();
    const [first, second] = await worker.claim({ slots: 2 });
    expect(await worker.settle(released(second, 0, true), released(first, 0, true))).toEqual(['ok', 'ok']);
    expect(await scene.get(first)).toMatchObject({ state: 'waiting', attempt: 0 });
    const again = await worker.claim();
    expect(again.map(({ payload, attempt }) => [payload, attempt])).toEqual([
      ['0', 1],
      ['1', 1],
      ['2', 1],
    ]);
  });

  it('keeps what a job has behind it when its next attempt never began', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne()));
    await worker.settle(released(await worker.claimOne(), 0, true));
    expect(await worker.claimOne()).toMatchObject({ attempt: 2, failures: 1 });
  });

  it('keeps a job that was released for later scheduled until then', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(released(await worker.claimOne(), 400));
    expect(await scene.stateOf(ref)).toBe('scheduled');
    expect(await worker.claim()).toEqual([]);
    await scene.elapse(410);
    expect(await worker.claim()).toMatchObject([{ attempt: 2, failures: 0 }]);
  });

  it('answers lease_lost for jobs and queues of which it knows nothing', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    const unknown = { ...completed(job), op: 'AAAAAAAAAAAA', slotKey: 'rAAAAAAAAAAAA' };
    expect(await worker.settle(unknown, { ...completed(job), type: 'nobody' })).toEqual(['lease_lost', 'lease_lost']);
    expect(await scene.stats()).toMatchObject({ active: 1 });
  });
}
