import { buried } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const MINUTE_MS = 60_000;

/** Buries `count` jobs one after another and returns their ids. */
async function bury(scene: EngineScene, count: number): Promise<string[]> {
  const worker = scene.stranger();
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    ids.push((await scene.enqueue()).id);
    await worker.settle(buried(await worker.claimOne()));
  }
  return ids;
}

const idsOf = (entries: readonly { data: string }[]): string[] => entries.map(({ data }) => JSON.parse(data).id);

export function outboxContract(it: SceneTest): void {
  it('has the alert as soon as the job is dead', async (scene) => {
    const [id] = await bury(scene, 1);
    const [alert, ...others] = await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS);
    expect(others).toEqual([]);
    expect(alert).toMatchObject({ kind: 'job.buried', queue: scene.queue });
    expect(JSON.parse(alert.data)).toMatchObject({
      id,
      name: 'task',
      reason: 'exhausted',
      errorName: 'Error',
      owner: 'team-a',
    });
    const { items } = await scene.engine.deadLetters({ queue: scene.queue }, 1);
    expect(alert.at).toBe(items[0].buriedAt);
  });

  it('gives an alert to one taker at a time', async (scene) => {
    await bury(scene, 1);
    expect(await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS)).toHaveLength(1);
    expect(await scene.second.takeAlerts(scene.queue, 10, MINUTE_MS)).toEqual([]);
  });

  it('gives out again what was not acknowledged in time', async (scene) => {
    const [id] = await bury(scene, 1);
    const [first] = await scene.engine.takeAlerts(scene.queue, 10, 300);
    expect(await scene.engine.takeAlerts(scene.queue, 10, 300)).toEqual([]);
    await scene.elapse(310);
    const again = await scene.second.takeAlerts(scene.queue, 10, MINUTE_MS);
    expect(again.map(({ entryId }) => entryId)).toEqual([first.entryId]);
    expect(idsOf(again)).toEqual([id]);
  });

  it('drops what was acknowledged, however often', async (scene) => {
    await bury(scene, 2);
    const [first] = await scene.engine.takeAlerts(scene.queue, 1, 5);
    await scene.engine.acknowledgeAlerts(scene.queue, [first.entryId]);
    await scene.engine.acknowledgeAlerts(scene.queue, [first.entryId, 'no-such-entry']);
    await scene.elapse(10);
    const left = await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS);
    expect(left).toHaveLength(1);
    expect(left[0].entryId).not.toBe(first.entryId);
  });

  it('gives the oldest first, up to the limit', async (scene) => {
    const ids = await bury(scene, 5);
    const first = await scene.engine.takeAlerts(scene.queue, 2, MINUTE_MS);
    const rest = await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS);
    expect([idsOf(first), idsOf(rest)]).toEqual([ids.slice(0, 2), ids.slice(2)]);
  });

  it('keeps the alert when the dead letter was dealt with before', async (scene) => {
    const [id] = await bury(scene, 1);
    const { items } = await scene.engine.list({ queue: scene.queue, type: 'task', state: 'dead' }, 1);
    expect(items).toHaveLength(1);
    const [queue, type, slotKey, op] = id.split('~');
    await scene.engine.resolve({ queue, type, slotKey, op }, 0, { actor: 'ann', reason: 'seen' });
    expect(idsOf(await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS))).toEqual([id]);
  });

  it('writes one alert for each burial of the same job', async (scene) => {
    const [id] = await bury(scene, 1);
    const worker = scene.stranger();
    const [queue, type, slotKey, op] = id.split('~');
    await scene.engine.replay({ queue, type, slotKey, op }, { actor: 'ann', reason: 'again' });
    await worker.settle(buried(await worker.claimOne()));
    expect(idsOf(await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS))).toEqual([id, id]);
  });

  it('has nothing for a queue of which nobody has heard', async (scene) => {
    expect(await scene.engine.takeAlerts(scene.queue, 10, MINUTE_MS)).toEqual([]);
  });
}
