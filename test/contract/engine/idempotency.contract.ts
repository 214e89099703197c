import { slotOfKey, type JobRef } from '../../../lib/core/job-id.js';
import { buried, completed, retried } from '../../support/engine-settlements.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const KEY = { key: 'order-1', payload: '{"total":5}' };
const ACTOR = { actor: 'ann', reason: 'asked to' };
const WINDOW_MS = 60_000;

/** The first job with the key, brought to where the row wants it. */
async function begun(
  scene: EngineScene,
  options: SceneRequest = {},
): Promise<{ ref: JobRef; id: string; job: Awaited<ReturnType<ReturnType<EngineScene['stranger']>['claimOne']>> }> {
  const { ref, id } = await scene.enqueue({ ...KEY, ...options });
  return { ref, id, job: await scene.stranger().claimOne() };
}

export function idempotencyContract(it: SceneTest): void {
  const again = (scene: EngineScene, options: SceneRequest = {}): ReturnType<EngineScene['enqueue']> =>
    scene.enqueue({ ...KEY, ...options });

  it('answers duplicate while the first job is scheduled', async (scene) => {
    const { id } = await scene.enqueue({ ...KEY, delayMs: 3_600_000 });
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'scheduled', payloadChanged: false });
    expect(await scene.stats()).toMatchObject({ accepted: 1, scheduled: 1 });
  });

  it('answers duplicate while the first job is waiting', async (scene) => {
    const { id } = await scene.enqueue(KEY);
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'waiting' });
  });

  it('takes any number for a key, and finds its job by id', async (scene) => {
    for (const key of [0, -7, 0.1, 1e21, 1.5e-9, -1e300]) {
      const { ref } = await scene.enqueue({ key });
      expect(await scene.get(ref)).toMatchObject({ idempotencyKey: key });
      expect(await scene.enqueue({ key })).toMatchObject({ status: 'duplicate', ref });
    }
    expect(await scene.stats()).toMatchObject({ accepted: 6 });
  });

  it('answers duplicate while the first job is active', async (scene) => {
    const { id } = await begun(scene);
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'active' });
  });

  it('answers duplicate while the first job waits for its next attempt', async (scene) => {
    const { id, job } = await begun(scene);
    await scene.stranger().settle(retried(job, { delayMs: 3_600_000 }));
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'scheduled' });
  });

  it('answers duplicate after the first job completed, with the result if it was kept', async (scene) => {
    const { id, job } = await begun(scene);
    await scene.stranger().settle(completed(job, { windowMs: WINDOW_MS, result: '{"paid":true}' }));
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'completed', result: '{"paid":true}' });
  });

  it('answers duplicate after the first job completed, without a result if none was kept', async (scene) => {
    const { id, job } = await begun(scene);
    await scene.stranger().settle(completed(job, { windowMs: WINDOW_MS }));
    const answer = await again(scene);
    expect(answer).toMatchObject({ status: 'duplicate', id, state: 'completed' });
    expect(answer.result).toBeUndefined();
  });

  it('answers duplicate after the first job was resolved', async (scene) => {
    const { id, ref, job } = await begun(scene);
    await scene.stranger().settle(buried(job));
    await scene.engine.resolve(ref, WINDOW_MS, ACTOR);
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'resolved' });
  });

  it('makes a new job after the first was cancelled', async (scene) => {
    const { id, ref } = await scene.enqueue(KEY);
    await scene.engine.cancel(ref);
    const second = await again(scene);
    expect(second).toMatchObject({ status: 'created', state: 'waiting' });
    expect(second.id).not.toBe(id);
  });

  it('makes one new job of two in one call after the first was cancelled, or its window has passed', async (scene) => {
    await scene.engine.cancel((await scene.enqueue({ key: 'a' })).ref);
    const { ref } = await scene.enqueue({ key: 'b' });
    const worker = scene.stranger();
    await worker.settle(completed(await worker.claimOne(), { windowMs: 1 }));
    await scene.elapse(5);
    for (const key of ['a', 'b']) {
      const [one, two] = await scene.engine.enqueue([scene.request({ key }), scene.request({ key })]);
      expect([one.status, two.status, two.id]).toEqual(['created', 'duplicate', one.id]);
    }
    expect(await scene.stateOf(ref)).toBeUndefined();
    expect(await worker.claim()).toHaveLength(2);
  });

  it('makes a new job after the first was cancelled while it ran', async (scene) => {
    const { id, ref, job } = await begun(scene);
    await scene.engine.cancel(ref);
    await scene.stranger().settle(retried(job));
    const second = await again(scene);
    expect(second.status).toBe('created');
    expect(second.id).not.toBe(id);
  });

  it('answers duplicate while the first job is dead', async (scene) => {
    const { id, job } = await begun(scene);
    await scene.stranger().settle(buried(job));
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'dead' });
  });

  it('answers duplicate while the first job is dead of expiry', async (scene) => {
    const { id } = await scene.enqueue({ ...KEY, expiresInMs: 5 });
    await scene.elapse(10);
    await scene.sweep();
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'dead' });
  });

  it('answers duplicate with the state of the new life after a replay', async (scene) => {
    const { id, ref, job } = await begun(scene);
    await scene.stranger().settle(buried(job));
    await scene.engine.replay(ref, ACTOR);
    expect(await again(scene)).toMatchObject({ status: 'duplicate', id, state: 'waiting' });
  });

  it('makes a new job with a new id once the window has passed', async (scene) => {
    const { id, ref, job } = await begun(scene);
    await scene.stranger().settle(completed(job, { windowMs: 300, result: '1' }));
    expect(await again(scene)).toMatchObject({ status: 'duplicate', state: 'completed' });
    await scene.elapse(310);
    expect(await scene.get(ref)).toBeUndefined();
    const second = await again(scene);
    expect(second).toMatchObject({ status: 'created', state: 'waiting' });
    expect(second.id).not.toBe(id);
  });

  it('makes a new job at once when there is no window', async (scene) => {
    const { job } = await begun(scene);
    await scene.stranger().settle(completed(job, { windowMs: 0 }));
    expect(await again(scene)).toMatchObject({ status: 'created' });
  });

  it('tells when the second payload differs, of a live job and of an ended one', async (scene) => {
    const { job } = await begun(scene);
    expect(await again(scene, { payload: '{"total":6}' })).toMatchObject({ status: 'duplicate', payloadChanged: true });
    await scene.stranger().settle(completed(job, { windowMs: WINDOW_MS }));
    expect(await again(scene, { payload: '{"total":6}' })).toMatchObject({ status: 'duplicate', payloadChanged: true });
    expect(await again(scene)).toMatchObject({ status: 'duplicate', payloadChanged: false });
  });

  it('tells the text 7 from the number 7', async (scene) => {
    const statuses = [
      await scene.enqueue({ key: '7' }),
      await scene.enqueue({ key: 7 }),
      await scene.enqueue({ key: 7 }),
    ];
    expect(statuses.map(({ status }) => status)).toEqual(['created', 'created', 'duplicate']);
  });

  it('finds the job that has a key, in every state, and not the one before it', async (scene) => {
    const place = { queue: scene.queue, type: 'task', slotKey: slotOfKey('order-1') };
    const holder = () => scene.engine.getHolder(place);
    expect(await holder()).toBeUndefined();
    const first = await scene.enqueue({ ...KEY, delayMs: 3_600_000 });
    expect(await holder()).toMatchObject({ id: first.id, state: 'scheduled' });
    await scene.engine.cancel(first.ref);
    expect(await holder()).toMatchObject({ id: first.id, state: 'cancelled' });

    const { id, ref, job } = await begun(scene, { payload: JSON.stringify('x'.repeat(20_000)) });
    expect(await holder()).toEqual(await scene.get(ref));
    expect(await holder()).toMatchObject({ id, state: 'active', payload: 'x'.repeat(20_000) });
    await scene.stranger().settle(buried(job));
    expect(await holder()).toEqual(await scene.get(ref));
    await scene.engine.replay(ref, ACTOR);
    expect(await holder()).toMatchObject({ id, state: 'waiting', life: 1 });
    await scene.stranger().settle(completed(await scene.stranger().claimOne(), { windowMs: 300 }));
    expect(await holder()).toMatchObject({ id, state: 'completed' });
    await scene.elapse(310);
    expect(await holder()).toBeUndefined();

    const { id: number } = await scene.enqueue({ key: 7 });
    expect(await scene.engine.getHolder({ ...place, slotKey: slotOfKey('7') })).toBeUndefined();
    expect(await scene.engine.getHolder({ ...place, slotKey: slotOfKey(7) })).toMatchObject({ id: number });
    expect(await scene.engine.getHolder({ ...place, type: 'other' })).toBeUndefined();
  });

  it('compares keys of any length and script in full', async (scene) => {
    const keys = ['x'.repeat(400), `${'x'.repeat(399)}y`, 'a/b', 'a~b', 'ä', 'a b', 'a=20b', '{a}', '%', ' '];
    for (const key of keys) expect(await scene.enqueue({ key })).toMatchObject({ status: 'created' });
    for (const key of keys) expect(await scene.enqueue({ key })).toMatchObject({ status: 'duplicate' });
  });

  it('lets two job types use the same key', async (scene) => {
    expect(await scene.enqueue({ key: 'a', type: 'one' })).toMatchObject({ status: 'created' });
    expect(await scene.enqueue({ key: 'a', type: 'two' })).toMatchObject({ status: 'created' });
  });

  it('takes the same key of another version for the same job', async (scene) => {
    const { id } = await scene.enqueue({ key: 'a', version: 1 });
    expect(await scene.enqueue({ key: 'a', version: 2 })).toMatchObject({ status: 'duplicate', id });
  });

  it('leaves the first job as it is, whatever the second call asks for', async (scene) => {
    await scene.enqueue({ key: 'a', priority: 'low', payload: '1' });
    expect(
      await scene.enqueue({
        key: 'a',
        priority: 'high',
        payload: '2',
        delayMs: 3_600_000,
        overrides: { maxRetries: 9 },
      }),
    ).toMatchObject({ state: 'waiting' });
    const [job] = await scene.stranger().claim();
    expect(job).toMatchObject({ level: 2, payload: '1' });
    expect(job.overrides).toBeUndefined();
  });

  it('knows an id only as long as no other job took its key', async (scene) => {
    const first = await scene.enqueue(KEY);
    await scene.engine.cancel(first.ref);
    const second = await again(scene);
    expect(await scene.get(first.ref)).toBeUndefined();
    expect(await scene.engine.cancel(first.ref)).toEqual({ status: 'unknown' });
    expect(await scene.stateOf(second.ref)).toBe('waiting');
  });

  it('makes one job of a hundred calls at the same time from two clients', async (scene) => {
    const calls = Array.from({ length: 100 }, (_, index) => again(scene, {}).then((answer) => ({ ...answer, index })));
    const others = Array.from({ length: 20 }, () => scene.enqueue(KEY, scene.second));
    const answers = [...(await Promise.all(calls)), ...(await Promise.all(others))];
    expect(answers.filter(({ status }) => status === 'created')).toHaveLength(1);
    expect(new Set(answers.map(({ id }) => id)).size).toBe(1);
    expect(await scene.stats()).toMatchObject({ accepted: 1, waiting: 1 });
    expect(await scene.stranger().claim()).toHaveLength(1);
  });
}
