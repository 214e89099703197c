import type { SceneTest } from './scene-test.js';

export function upkeepContract(it: SceneTest): void {
  it('tells since when something is due, and whose lease no sweep has looked at', async (scene) => {
    const { engine, second, queue } = scene;
    expect(await engine.upkeep(queue)).toMatchObject({ livingWorkers: 0 });
    await scene.enqueue({ delayMs: 20 });
    await scene.enqueue({ delayMs: 60_000 });
    const worker = await scene.worker();
    const before = await second.upkeep(queue);
    expect(before).toMatchObject({ livingWorkers: 1 });
    expect(before.deadSince).toBeUndefined();
    expect(before.dueSince).toBeGreaterThan(before.at - 1_000);
    await worker.die();
    await scene.elapse(30);
    const late = await engine.upkeep(queue);
    expect(late.livingWorkers).toBe(0);
    expect([late.dueSince! < late.at, late.deadSince! < late.at]).toEqual([true, true]);
    await scene.sweep();
    const swept = await engine.upkeep(queue);
    expect(swept.deadSince).toBeUndefined();
    expect(swept.dueSince).toBeGreaterThan(swept.at);
  });
}
