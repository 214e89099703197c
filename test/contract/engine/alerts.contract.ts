import type { EngineScene } from '../../support/engine-scene.js';
import { buried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

async function entries(scene: EngineScene, count: number): Promise<string[]> {
  await scene.enqueueMany(count);
  const worker = scene.stranger();
  await worker.settle(...(await worker.claim()).map((job) => buried(job)));
  return (await scene.engine.takeAlerts(scene.queue, 100, 1)).map(({ entryId }) => entryId);
}

export function alertsContract(it: SceneTest): void {
  it('keeps what was written, for every client', async (scene) => {
    const { engine, second, queue } = scene;
    expect(await engine.keptAlerts(queue)).toEqual([]);
    const writes = ['a', 'b: 7'].map((key) => ({ key, revision: 0, text: `{"of":"${key}"}` }));
    expect(await engine.writeAlerts(queue, writes)).toBe('written');
    const kept = [...(await second.keptAlerts(queue))].sort((x, y) => (x.key < y.key ? -1 : 1));
    expect(kept).toEqual([
      { key: 'a', revision: 1, text: '{"of":"a"}' },
      { key: 'b: 7', revision: 1, text: '{"of":"b: 7"}' },
    ]);
    expect(await second.writeAlerts(queue, [{ key: 'a', revision: 1 }])).toBe('written');
    expect(await engine.keptAlerts(queue)).toEqual([kept[1]]);
  });

  it('writes all or nothing, and only over what the writer saw', async (scene) => {
    const { engine, second, queue } = scene;
    await engine.writeAlerts(queue, [{ key: 'a', revision: 0, text: 'one' }]);
    const over = [
      { key: 'b', revision: 0, text: 'new' },
      { key: 'a', revision: 0, text: 'two' },
    ];
    expect(await second.writeAlerts(queue, over)).toBe('outdated');
    expect(await second.keptAlerts(queue)).toEqual([{ key: 'a', revision: 1, text: 'one' }]);
    const both = [engine, second].map((each, n) =>
      each.writeAlerts(queue, [{ key: 'a', revision: 1, text: String(n) }]),
    );
    expect((await Promise.all(both)).sort()).toEqual(['outdated', 'written']);
    expect(await second.writeAlerts(queue, [{ key: 'gone', revision: 3 }])).toBe('outdated');
  });

  it('stands in the audit where a person wants it, once it is written', async (scene) => {
    const { engine, second, queue } = scene;
    const line = { action: 'silence', actor: 'ann', reason: 'a deploy', target: 'a', after: '{"for":1}' } as const;
    expect(await engine.writeAlerts(queue, [{ key: 'a', revision: 0, text: 'x' }], [], line)).toBe('written');
    expect(await second.writeAlerts(queue, [{ key: 'a', revision: 0, text: 'x' }], [], line)).toBe('outdated');
    expect(await second.keptAlerts(queue)).toEqual([{ key: 'a', revision: 1, text: 'x' }]);
    const { items } = await second.audit(queue, 10);
    expect(items).toEqual([expect.objectContaining({ ...line, queue })]);
  });

  it('counts an outbox entry once, however often it is given out', async (scene) => {
    const { engine, second, queue } = scene;
    const ids = await entries(scene, 2);
    expect(await engine.writeAlerts(queue, [{ key: 'a', revision: 0, text: 'x' }], ids)).toBe('written');
    expect(await second.writeAlerts(queue, [{ key: 'a', revision: 1, text: 'xx' }], ids)).toBe('counted');
    expect(await engine.keptAlerts(queue)).toEqual([{ key: 'a', revision: 1, text: 'x' }]);
    await scene.elapse(5);
    const again = await second.takeAlerts(queue, 100, 1);
    expect(again.map(({ entryId, kind, isCounted }) => [entryId, kind, isCounted])).toEqual(
      ids.map((id) => [id, 'job.buried', true]),
    );
    expect(JSON.parse(again[0].data)).toMatchObject({ name: 'task', reason: 'exhausted' });
    await engine.acknowledgeAlerts(queue, ids);
    expect(await engine.writeAlerts(queue, [{ key: 'b', revision: 0, text: 'x' }], ids)).toBe('counted');
  });

  it('counts nothing when its alerts have changed', async (scene) => {
    const { engine, queue } = scene;
    const ids = await entries(scene, 1);
    expect(await engine.writeAlerts(queue, [{ key: 'a', revision: 4, text: 'x' }], ids)).toBe('outdated');
    await scene.elapse(5);
    const [again] = await engine.takeAlerts(queue, 100, 1);
    expect(again.isCounted).toBeUndefined();
    expect(await engine.writeAlerts(queue, [], ids)).toBe('written');
  });

  it('tells how the store fares', async (scene) => {
    const health = await scene.engine.health();
    expect(health).toMatchObject({ isWritable: true });
    expect(health.durability).not.toBe('');
    expect(health.latencyMs).toBeGreaterThanOrEqual(0);
    expect(await scene.engine.queues()).not.toContain('~store');
  });
}
