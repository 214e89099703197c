import { formatJobId } from '../../../lib/core/job-id.js';
import { STORE_ALERTS } from '../../../lib/engine/alert.port.js';
import { buried } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const ANN = { actor: 'ann', reason: 'provider is down' };
const BOB = { actor: 'bob', reason: 'zurück: "jetzt" \n wieder' };

async function buryOne(scene: EngineScene): Promise<{ ref: Parameters<EngineScene['get']>[0]; id: string }> {
  const { ref, id } = await scene.enqueue();
  const worker = scene.stranger();
  await worker.settle(buried(await worker.claimOne()));
  return { ref, id };
}

export function auditContract(it: SceneTest): void {
  it('records who paused and resumed what, and why, newest first', async (scene) => {
    await scene.engine.setPaused({ queue: scene.queue }, true, ANN);
    await scene.second.setPaused({ queue: scene.queue, type: 'task' }, true, BOB);
    await scene.engine.setPaused({ queue: scene.queue }, false, ANN);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      { action: 'resume', target: scene.queue, ...ANN, queue: scene.queue },
      { action: 'pause', target: 'task', ...BOB },
      { action: 'pause', target: scene.queue, ...ANN },
    ]);
    expect(items.map(({ before }) => JSON.parse(before!))).toEqual([
      { paused: true },
      { paused: false },
      { paused: false },
    ]);
    expect(items.every(({ at }) => at > 0)).toBe(true);
  });

  it('records each replay and resolution with what stood there before', async (scene) => {
    const [one, two] = [await buryOne(scene), await buryOne(scene)];
    await scene.engine.replay(one.ref, ANN);
    await scene.engine.resolve(two.ref, 0, BOB);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      { action: 'resolve', target: two.id, ...BOB },
      { action: 'replay', target: one.id, ...ANN },
    ]);
    expect(JSON.parse(items[0].before!)).toMatchObject({
      id: two.id,
      reason: 'exhausted',
      errorName: 'Error',
      owner: 'team-a',
    });
    expect(JSON.parse(items[1].before!)).toMatchObject({ id: one.id, reason: 'exhausted' });
  });

  it('records who cancelled what, if somebody says so, and in which state it was', async (scene) => {
    const [running] = await scene.enqueueMany(1);
    await scene.stranger().claim();
    const [waiting] = await scene.enqueueMany(1);
    const later = scene.request({ delayMs: 60_000 });
    await scene.engine.enqueue([later]);
    for (const [ref, by] of [
      [running, ANN],
      [waiting, BOB],
      [later, undefined],
      [waiting, ANN],
    ] as const)
      await scene.second.cancel(ref, by);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      { action: 'cancel', target: formatJobId(waiting), before: '{"state":"waiting"}', ...BOB },
      { action: 'cancel', target: formatJobId(running), before: '{"state":"active"}', ...ANN },
    ]);
  });

  it('records nothing of what did not happen', async (scene) => {
    const { ref } = await scene.enqueue();
    await scene.engine.replay(ref, ANN);
    await scene.engine.resolve(scene.request(), 0, ANN);
    expect(await scene.engine.audit(scene.queue, 10)).toEqual({ items: [] });
  });

  it('gives pages that hold each entry once', async (scene) => {
    for (let n = 0; n < 7; n++)
      await scene.engine.setPaused({ queue: scene.queue }, n % 2 === 0, { actor: `actor-${n}`, reason: 'r' });
    const seen: string[] = [];
    const entryIds: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await scene.engine.audit(scene.queue, 3, cursor);
      expect(page.items.length).toBeLessThanOrEqual(3);
      seen.push(...page.items.map(({ actor }) => actor));
      entryIds.push(...page.items.map(({ entryId }) => entryId));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen).toEqual([6, 5, 4, 3, 2, 1, 0].map((n) => `actor-${n}`));
    expect(new Set(entryIds).size).toBe(7);
  });

  it('has nothing to tell of a queue of which nobody has heard', async (scene) => {
    expect(await scene.engine.audit(scene.queue, 10)).toEqual({ items: [] });
  });

  it('keeps every line, unless somebody asked for less', async (scene) => {
    const worker = scene.stranger();
    await scene.engine.setPaused({ queue: scene.queue }, true, ANN);
    await scene.elapse(400);
    await scene.engine.setPaused({ queue: scene.queue }, false, ANN);
    await scene.sweep();
    const [second, first] = (await scene.engine.audit(scene.queue, 10)).items;
    await scene.sweep({ auditRetentionMs: 3_600_000 });
    expect((await scene.engine.audit(scene.queue, 10)).items).toEqual([second, first]);
    const { now } = await worker.beat();
    // Between the two, with as much time for the sweep to come as there is.
    await scene.sweep({ auditRetentionMs: now - first.at - 10 });
    expect((await scene.engine.audit(scene.queue, 10)).items).toEqual([second]);
    await scene.elapse(20);
    await scene.sweep({ auditRetentionMs: 10 });
    expect(await scene.engine.audit(scene.queue, 10)).toEqual({ items: [] });
    await scene.engine.setPaused({ queue: scene.queue }, true, ANN);
    expect((await scene.engine.audit(scene.queue, 10)).items).toHaveLength(1);
  });

  it('lets go of what concerns no queue as well', async (scene) => {
    const line = { action: 'silence', ...ANN, target: 'a' } as const;
    const at = scene.queue;
    await scene.engine.writeAlerts(STORE_ALERTS, [{ key: at, revision: 0, text: 'x' }], [], line);
    const lines = async (): Promise<number> => (await scene.engine.audit(STORE_ALERTS, 10)).items.length;
    await scene.sweep({ auditRetentionMs: 3_600_000 });
    expect(await lines()).toBe(1);
    await scene.elapse(20);
    await scene.sweep({ auditRetentionMs: 10 });
    expect(await lines()).toBe(0);
  });
}
