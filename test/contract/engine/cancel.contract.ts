import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import { eventually } from '../../support/eventually.js';
import { buried, cancelled, completed, released, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function cancelContract(it: SceneTest): void {
  it('ends a scheduled job at once', async (scene) => {
    const { ref } = await scene.enqueue({ delayMs: 20 });
    expect(await scene.engine.cancel(ref)).toEqual({ status: 'cancelled', state: 'cancelled' });
    await scene.elapse(30);
    expect(await scene.stranger().claim()).toEqual([]);
    expect(await scene.stateOf(ref)).toBe('cancelled');
    expect(await scene.stats()).toMatchObject({ accepted: 1, cancelled: 1, scheduled: 0, waiting: 0 });
  });

  it('ends a waiting job at once, and only that one', async (scene) => {
    const refs = await scene.enqueueMany(3);
    expect(await scene.second.cancel(refs[1])).toEqual({ status: 'cancelled', state: 'cancelled' });
    expect(await scene.stats()).toMatchObject({ waiting: 2, cancelled: 1 });
    expect((await scene.stranger().claim()).map(({ payload }) => payload)).toEqual(['0', '2']);
    expect(await scene.stats()).toMatchObject({ waiting: 0, active: 2 });
  });

  it('ends a suspect at once', async (scene) => {
    const { ref } = await scene.enqueue();
    await scene.stranger().claimOne();
    await scene.sweep();
    expect(await scene.engine.cancel(ref)).toMatchObject({ status: 'cancelled' });
    expect(await scene.stranger().claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ waiting: 0, cancelled: 1 });
  });

  it('frees the key, and never runs what was cancelled under it', async (scene) => {
    const refs: JobRef[] = [];
    for (let round = 0; round < 5; round++) {
      const { ref, status } = await scene.enqueue({ key: 'a', payload: String(round) });
      expect(status).toBe('created');
      refs.push(ref);
      if (round < 4) await scene.engine.cancel(ref);
    }
    expect(await scene.stats()).toMatchObject({ accepted: 5, cancelled: 4, waiting: 1 });
    const worker = scene.stranger();
    expect(await worker.claim()).toMatchObject([{ op: refs[4].op, payload: '4' }]);
    expect(await worker.claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ waiting: 0, active: 1 });
  });

  it('never starts a scheduled job that was cancelled and enqueued anew', async (scene) => {
    const first = await scene.enqueue({ key: 'a', delayMs: 5 });
    await scene.engine.cancel(first.ref);
    const second = await scene.enqueue({ key: 'a', delayMs: 3_600_000 });
    await scene.elapse(10);
    expect(await scene.stranger().claim()).toEqual([]);
    expect(await scene.stateOf(second.ref)).toBe('scheduled');
  });

  it('tells a running job, and waits for its end', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.claimOne();
    expect(await scene.engine.cancel(ref)).toEqual({ status: 'requested', state: 'active' });
    expect(await scene.engine.cancel(ref)).toEqual({ status: 'requested', state: 'active' });
    expect(await scene.get(ref)).toMatchObject({ state: 'active', cancelRequested: true });
  });

  it('calls the worker from another client', async (scene) => {
    const heard: JobRef[] = [];
    const stop = await scene.engine.onCancelRequest(scene.queue, (ref) => heard.push(ref));
    const refs = await scene.enqueueMany(2);
    await scene.stranger().claim();
    await scene.second.cancel(refs[0]);
    await eventually(() => expect(heard.map(formatJobId)).toContain(formatJobId(refs[0])));
    await stop();
    await stop();
    await scene.second.cancel(refs[1]);
    await scene.elapse(50);
    expect(heard.map(formatJobId)).not.toContain(formatJobId(refs[1]));
  });

  it('ends as cancelled what the attempt gave up for it', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await scene.engine.cancel(ref);
    expect(await worker.settle(cancelled(job, 400))).toEqual(['ok']);
    expect(await scene.stateOf(ref)).toBe('cancelled');
    expect(await scene.stats()).toMatchObject({ cancelled: 1, active: 0 });
    await scene.elapse(410);
    expect(await scene.get(ref)).toBeUndefined();
  });

  it('ends a job as cancelled instead of trying again, burying it or giving it back', async (scene) => {
    const refs = await scene.enqueueMany(4);
    const worker = scene.stranger();
    const [a, b, c, d] = await worker.claim();
    for (const ref of refs) await scene.engine.cancel(ref);
    expect(await worker.settle(retried(a), buried(b), released(c), released(d, 50))).toEqual(
      Array(4).fill('cancelled'),
    );
    for (const ref of refs) expect(await scene.stateOf(ref)).toBe('cancelled');
    expect(await scene.engine.takeAlerts(scene.queue, 1, 1_000)).toEqual([]);
    expect(await scene.stats()).toMatchObject({ cancelled: 4, waiting: 0, scheduled: 0, dead: 0 });
  });

  it('lets a completion win that came before the attempt noticed', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await scene.engine.cancel(ref);
    expect(await worker.settle(completed(job, { result: '1' }))).toEqual(['ok']);
    expect(await scene.get(ref)).toMatchObject({ state: 'completed', result: 1 });
  });

  it('honours the wish when the worker retires or lost the job with a reply', async (scene) => {
    const refs = await scene.enqueueMany(2);
    const worker = await scene.worker();
    const [first] = await worker.claim({ slots: 1 });
    await worker.claim({ slots: 1 });
    for (const ref of refs) await scene.engine.cancel(ref);
    await worker.beat({ held: [], knownToken: first.fencingToken });
    expect(await scene.stateOf(refs[0])).toBe('cancelled');
    await scene.engine.retire(scene.queue, worker.id);
    expect(await scene.stateOf(refs[1])).toBe('cancelled');
  });

  it('is too late for what has ended or is dead', async (scene) => {
    const refs = [
      (await scene.enqueue({ key: 'a' })).ref,
      (await scene.enqueue({ key: 'b' })).ref,
      (await scene.enqueue({ key: 'c' })).ref,
    ];
    await scene.engine.cancel(refs[2]);
    const worker = scene.stranger();
    const [a, b] = await worker.claim();
    await worker.settle(completed(a), buried(b));
    expect(await scene.engine.cancel(refs[0])).toEqual({ status: 'too_late', state: 'completed' });
    expect(await scene.engine.cancel(refs[1])).toEqual({ status: 'too_late', state: 'dead' });
    expect(await scene.engine.cancel(refs[2])).toEqual({ status: 'too_late', state: 'cancelled' });
    expect(await scene.stats()).toMatchObject({ completed: 1, dead: 1, cancelled: 1 });
  });

  it('knows nothing of jobs that never were', async (scene) => {
    expect(await scene.engine.cancel(scene.request())).toEqual({ status: 'unknown' });
  });
}
