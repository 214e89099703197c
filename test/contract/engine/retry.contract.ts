import { completed, released, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function retryContract(it: SceneTest): void {
  it('keeps a failed job scheduled until its next attempt', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await worker.settle(retried(job, { delayMs: 400, error: 'TypeError' }))).toEqual(['ok']);
    const snapshot = await scene.get(ref);
    expect(snapshot).toMatchObject({
      state: 'scheduled',
      attempt: 1,
      failures: 1,
      attempts: [{ attempt: 1, outcome: 'failed', error: { name: 'TypeError' } }],
    });
    expect(snapshot!.dueAt! - job.startedAt).toBeGreaterThanOrEqual(400);
    expect(await worker.claim()).toEqual([]);
    await scene.elapse(410);
    expect(await worker.claim()).toMatchObject([{ op: ref.op, life: 0, attempt: 2, failures: 1, payload: '{}' }]);
  });

  it('puts a job that is retried at once behind what waits', async (scene) => {
    await scene.enqueueMany(2);
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne()));
    expect((await worker.claim()).map(({ payload }) => payload)).toEqual(['1', '0']);
  });

  it('counts failures apart from starts', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(released(await worker.claimOne()));
    await worker.settle(retried(await worker.claimOne()));
    await worker.settle(released(await worker.claimOne()));
    await worker.settle(retried(await worker.claimOne()));
    expect(await worker.claimOne()).toMatchObject({ attempt: 5, failures: 2, stalls: 0 });
  });

  it('forgets the failures with the job', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne()));
    await worker.settle(completed(await worker.claimOne(), { windowMs: 0 }));
    await scene.enqueue({ key: 'a' });
    expect(await scene.get(ref)).toBeUndefined();
    expect(await worker.claimOne()).toMatchObject({ attempt: 1, failures: 0 });
  });

  it('keeps the first 5 and the last 45 attempts whole, and of those between number, class and time', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    for (let failure = 1; failure <= 60; failure++)
      await worker.settle(retried(await worker.claimOne(), { error: `Error${failure}` }));
    const { attempts, failures } = (await scene.get(ref))!;
    expect(failures).toBe(60);
    expect(attempts.map(({ attempt }) => attempt)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(attempts.map(({ error }) => error?.name)).toEqual(
      Array.from({ length: 60 }, (_, index) => `Error${index + 1}`),
    );
    expect(attempts.flatMap(({ attempt, abridged }) => (abridged ? [attempt] : []))).toEqual([
      6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]);
    expect(attempts.flatMap(({ attempt, error }) => (error?.stack ? [] : [attempt]))).toEqual([
      6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ]);
    expect(attempts.every(({ endedAt }) => endedAt > 0)).toBe(true);
  });
}
