import { completed, released } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function limitsContract(it: SceneTest): void {
  const demand = [{ globalConcurrency: 2 }];

  it('keeps to the number over all workers and clients', async (scene) => {
    await scene.enqueueMany(5);
    const [one, two] = [scene.stranger(), scene.stranger(scene.second)];
    const [first] = await one.claim({ slots: 1, demand });
    expect(await two.claim({ demand })).toHaveLength(1);
    expect(await one.claim({ demand })).toEqual([]);
    await one.settle(completed(first));
    expect(await two.claim({ demand })).toHaveLength(1);
    expect(await two.claim({ demand })).toEqual([]);
    expect(await scene.stats()).toMatchObject({ active: 2, waiting: 2, completed: 1 });
  });

  it('counts all versions of the type together', async (scene) => {
    await scene.enqueueMany(3);
    await scene.enqueueMany(3, { version: 2 });
    const claimed = await scene.stranger().claim({
      demand: [
        { version: 2, quota: 1, globalConcurrency: 2 },
        { version: 1, globalConcurrency: 2 },
      ],
    });
    expect(claimed.map(({ version }) => version)).toEqual([2, 1]);
  });

  it('does not hold back other types', async (scene) => {
    await scene.enqueueMany(3);
    await scene.enqueueMany(3, { type: 'free' });
    const claimed = await scene.stranger().claim({ demand: [...demand, { type: 'free' }] });
    expect(claimed.map(({ type }) => type)).toEqual(['task', 'task', 'free', 'free', 'free']);
  });

  it('holds for suspects as well', async (scene) => {
    await scene.enqueueMany(2);
    await scene.stranger().claim({ slots: 1 });
    await scene.sweep();
    const worker = scene.stranger();
    expect(await worker.claim({ demand: [{ globalConcurrency: 1 }] })).toMatchObject([{ suspect: true }]);
    expect(await worker.claim({ demand: [{ globalConcurrency: 1 }] })).toEqual([]);
  });

  it('frees the place of what was given back', async (scene) => {
    await scene.enqueueMany(2);
    const worker = scene.stranger();
    const job = await worker.claimOne({ demand: [{ globalConcurrency: 1 }] });
    await worker.settle(released(job, 3_600_000));
    expect(await worker.claim({ demand: [{ globalConcurrency: 1 }] })).toHaveLength(1);
  });
}
