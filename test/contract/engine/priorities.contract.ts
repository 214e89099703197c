import { PRIORITIES } from '../../../lib/core/priority.js';
import { released, retried } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

async function twoOfEach(scene: EngineScene): Promise<void> {
  for (const round of [1, 2]) {
    for (const priority of ['normal', 'bulk', 'high', 'low'] as const)
      await scene.enqueue({ priority, payload: `"${priority} ${round}"` });
  }
}

const names = (jobs: readonly { payload: string }[]): string[] => jobs.map(({ payload }) => JSON.parse(payload));

export function prioritiesContract(it: SceneTest): void {
  it('gives higher levels first, and the oldest first within a level', async (scene) => {
    await twoOfEach(scene);
    const claimed = await scene.stranger().claim();
    expect(names(claimed)).toEqual(PRIORITIES.flatMap((priority) => [`${priority} 1`, `${priority} 2`]));
    expect(claimed.map(({ level }) => level)).toEqual([0, 0, 1, 1, 2, 2, 3, 3]);
  });

  it('begins at the lowest level when the turn says so, still the oldest first within a level', async (scene) => {
    await twoOfEach(scene);
    const worker = scene.stranger();
    expect(names(await worker.claim({ slots: 3, lowestFirst: true }))).toEqual(['bulk 1', 'bulk 2', 'low 1']);
    expect(names(await worker.claim({ slots: 1 }))).toEqual(['high 1']);
  });

  it('ranks within a type, not between types', async (scene) => {
    await scene.enqueue({ type: 'a', priority: 'bulk' });
    await scene.enqueue({ type: 'b', priority: 'high' });
    const [first] = await scene.stranger().claim({ slots: 1, demand: [{ type: 'a' }, { type: 'b' }] });
    expect(first.type).toBe('a');
  });

  it('keeps the level of what was delayed, retried or given back', async (scene) => {
    const worker = scene.stranger();
    await scene.enqueue({ priority: 'high', payload: '"retried"' });
    await scene.enqueue({ priority: 'low', payload: '"released"' });
    const [retry, release] = await worker.claim();
    await scene.enqueue({ priority: 'high', delayMs: 5, payload: '"delayed"' });
    await scene.enqueue({ priority: 'low', payload: '"low"' });
    await scene.enqueue({ priority: 'normal', payload: '"normal"' });
    await worker.settle(retried(retry), released(release));
    await scene.elapse(10);
    expect(names(await worker.claim())).toEqual(['retried', 'delayed', 'normal', 'released', 'low']);
  });
}
