import type { EngineScene } from '../../support/engine-scene.js';
import { buried, completed } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const BY = { actor: 'ann', reason: 'the cause is mended' };
/** Any dead letter takes more. */
const TIGHT = { maxDeadLetterBytes: 1 };
const AMPLE = { maxDeadLetterBytes: 10_000_000 };

async function buryOne(scene: EngineScene, type = 'task'): Promise<string> {
  const { id } = await scene.enqueue({ type });
  const worker = scene.stranger();
  const [job] = await worker.claim({ demand: [{ type }] });
  await worker.settle(buried(job));
  return id;
}

async function alerts(scene: EngineScene): Promise<unknown[]> {
  const entries = await scene.engine.takeAlerts(scene.queue, 100, 60_000);
  return entries.filter(({ kind }) => kind === 'queue.memory-pressure').map(({ data }) => JSON.parse(data) as unknown);
}

export function memoryPressureContract(it: SceneTest): void {
  it('pauses what is dying when dead letters take more than they may, and tells it once', async (scene) => {
    await buryOne(scene);
    await scene.enqueue({ type: 'well' });
    expect((await scene.sweep(AMPLE)).paused).toEqual([]);
    expect((await scene.sweep(TIGHT)).paused).toEqual(['task']);
    expect((await scene.sweep(TIGHT)).paused).toEqual([]);
    expect(await scene.stats()).toMatchObject({ paused: true, dead: 1 });
    expect(await scene.stats('well')).toMatchObject({ paused: false });
    const told = await alerts(scene);
    expect(told).toMatchObject([{ queue: scene.queue, paused: ['task'] }]);
    expect((told[0] as { deadLetterBytes: number }).deadLetterBytes).toBeGreaterThan(1);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      {
        ...{ action: 'pause', actor: 'nestjs-vigil', target: 'task' },
        ...{ before: '{"paused":false}', after: '{"paused":true}' },
      },
    ]);
  });

  it('does nothing without a limit', async (scene) => {
    await buryOne(scene);
    expect((await scene.sweep()).paused).toEqual([]);
    expect(await alerts(scene)).toEqual([]);
  });

  it('accepts jobs of what it paused, and those of others run on', async (scene) => {
    await buryOne(scene);
    await scene.sweep(TIGHT);
    const { ref } = await scene.enqueue();
    await scene.enqueue({ type: 'well' });
    const worker = scene.stranger();
    const claimed = await worker.claim({ demand: [{ type: 'task' }, { type: 'well' }] });
    expect(claimed.map(({ type }) => type)).toEqual(['well']);
    expect(await worker.settle(completed(claimed[0]))).toEqual(['ok']);
    expect(await scene.stateOf(ref)).toBe('waiting');
  });

  it('tells again when another type has to be paused, and when it had mended', async (scene) => {
    await buryOne(scene);
    await scene.sweep(TIGHT);
    await buryOne(scene, 'other');
    expect((await scene.sweep(TIGHT)).paused).toEqual(['other']);
    await scene.sweep(AMPLE);
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, false, BY);
    expect((await scene.sweep(TIGHT)).paused).toEqual(['task']);
    expect(await alerts(scene)).toMatchObject([{ paused: ['task'] }, { paused: ['other'] }, { paused: ['task'] }]);
  });
}
