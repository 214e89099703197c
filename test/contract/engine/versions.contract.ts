import { completed, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function versionsContract(it: SceneTest): void {
  it('gives a worker only the versions it names', async (scene) => {
    await scene.enqueue({ version: 1, payload: '1' });
    await scene.enqueue({ version: 2, payload: '2' });
    await scene.enqueue({ version: 3, payload: '3' });
    const old = await scene.stranger().claim({ demand: [{ version: 1 }] });
    expect(old.map(({ version, payload }) => [version, payload])).toEqual([[1, '1']]);
    const migrating = await scene.stranger().claim({ demand: [{ version: 3 }, { version: 2 }] });
    expect(migrating.map(({ version }) => version)).toEqual([3, 2]);
  });

  it('keeps the version of a job through delay, retry, stall and replay', async (scene) => {
    await scene.enqueue({ version: 7, delayMs: 5 });
    await scene.elapse(10);
    const worker = scene.stranger();
    const demand = [{ version: 7 }];
    await worker.settle(retried(await worker.claimOne({ demand })));
    await worker.claimOne({ demand });
    await scene.sweep();
    const job = await worker.claimOne({ demand });
    expect(job).toMatchObject({ version: 7, attempt: 3, suspect: true });
    expect(await scene.get(job)).toMatchObject({ version: 7 });
  });

  it('accounts for versions separately, and lists them together', async (scene) => {
    for (const version of [1, 2]) await scene.enqueueMany(2, { version });
    const worker = scene.stranger();
    await worker.settle(completed(await worker.claimOne({ demand: [{ version: 2 }] })));
    expect(await scene.stats('task', 1)).toMatchObject({ accepted: 2, waiting: 2, completed: 0 });
    expect(await scene.stats('task', 2)).toMatchObject({ accepted: 2, waiting: 1, completed: 1 });
    const { items } = await scene.engine.list({ queue: scene.queue, type: 'task', state: 'waiting' }, 10);
    expect(items.map(({ version }) => version).sort()).toEqual([1, 1, 2]);
  });

  it('lets workers of two versions work side by side, each on its own jobs', async (scene) => {
    const [one, two] = [scene.stranger(), scene.stranger(scene.second)];
    for (let n = 0; n < 20; n++) await scene.enqueue({ version: 1 + (n % 2) });
    const done = { 1: 0, 2: 0 };
    for (const [worker, version] of [
      [one, 1],
      [two, 2],
    ] as const) {
      for (const job of await worker.claim({ demand: [{ version }] })) {
        expect(job.version).toBe(version);
        done[version] += (await worker.settle(completed(job)))[0] === 'ok' ? 1 : 0;
      }
    }
    expect(done).toEqual({ 1: 10, 2: 10 });
  });
}
