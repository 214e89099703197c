import { buried, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function burialContract(it: SceneTest): void {
  it('takes a buried job out of work and keeps its whole story', async (scene) => {
    const { ref, id } = await scene.enqueue({ key: 'a', payload: '{"order":1}' });
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne(), { error: 'FirstError' }));
    expect(await worker.settle(buried(await worker.claimOne(), { reason: 'exhausted', error: 'LastError' }))).toEqual([
      'ok',
    ]);
    expect(await worker.claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ accepted: 1, dead: 1, active: 0, waiting: 0 });
    const snapshot = await scene.get(ref);
    expect(snapshot).toMatchObject({
      id,
      state: 'dead',
      payload: { order: 1 },
      attempt: 2,
      failures: 2,
      attempts: [
        { attempt: 1, error: { name: 'FirstError' } },
        { attempt: 2, error: { name: 'LastError' } },
      ],
      burial: { id, reason: 'exhausted', errorName: 'LastError', owner: 'team-a', life: 0, attempts: 2 },
    });
    expect(snapshot!.burial!.buriedAt).toBeGreaterThanOrEqual(snapshot!.enqueuedAt!);
  });

  it('stands in the list of dead letters from the moment of its burial', async (scene) => {
    const { id } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne(), { reason: 'non_retryable', error: 'CardDeclined' }));
    const { items } = await scene.engine.deadLetters({ queue: scene.queue }, 10);
    expect(items).toMatchObject([
      {
        id,
        name: 'task',
        queue: scene.queue,
        reason: 'non_retryable',
        errorName: 'CardDeclined',
        group: 'group of CardDeclined',
      },
    ]);
    expect(items[0].buriedAt).toBeGreaterThan(0);
  });

  it('counts every reason as a failure but expiry', async (scene) => {
    await scene.enqueueMany(2);
    const worker = scene.stranger();
    const [one, two] = await worker.claim();
    await worker.settle(buried(one, { reason: 'timeout' }), buried(two, { reason: 'expired' }));
    expect([(await scene.get(one))!.failures, (await scene.get(two))!.failures]).toEqual([1, 0]);
  });

  it('is never undone by time', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a', expiresInMs: 5 });
    const worker = await scene.worker();
    await worker.settle(buried(await worker.claimOne()));
    await scene.elapse(50);
    await scene.sweep();
    expect(await scene.stateOf(ref)).toBe('dead');
    expect(await scene.stats()).toMatchObject({ dead: 1 });
  });
}
