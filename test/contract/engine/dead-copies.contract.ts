import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { DeadLetterCopy } from '../../../lib/engine/dead-letter-copy.js';
import { buried, completed, retried } from '../../support/engine-settlements.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import { buryOne, idsOf } from './burials.js';
import type { SceneTest } from './scene-test.js';

const ANN = { actor: 'ann', reason: 'room was needed' };
const HOUR_MS = 3_600_000;

async function copyOf(scene: EngineScene, ref: JobRef): Promise<DeadLetterCopy> {
  const copy = await scene.engine.copyDead(ref);
  if (!copy) throw new Error(`${formatJobId(ref)} is not dead`);
  return copy;
}

/** Out of the store, and into it again. */
async function thereAndBack(scene: EngineScene, ref: JobRef): Promise<void> {
  const copy = await copyOf(scene, ref);
  expect(await scene.engine.resolve(ref, 0, ANN, { life: copy.life, exported: true })).toEqual({ status: 'ok' });
  expect(await scene.get(ref)).toBeUndefined();
  expect(await scene.second.importDead(copy, ANN)).toEqual({ status: 'ok' });
}

export function deadCopiesContract(it: SceneTest): void {
  const JOBS: Record<string, SceneRequest> = {
    'a plain job': {},
    'a job with a key': { key: 'order-7' },
    'a job whose key is too long for its id': { key: 'k'.repeat(200) },
    'a large payload': { key: 'big', payload: JSON.stringify('x'.repeat(20_000)) },
    'no payload, low priority and overrides': {
      payload: '',
      priority: 'low',
      overrides: { maxRetries: 3, timeoutMs: 7_000 },
    },
    'another version': { version: 3, key: 9 },
  };
  for (const [what, options] of Object.entries(JOBS)) {
    it(`bring back ${what} as it was`, async (scene) => {
      const { ref, id } = await buryOne(scene, { error: 'A', worker: 'alpha:1', httpStatus: 400 }, options);
      const newer = await buryOne(scene, { error: 'B' });
      const before = await scene.get(ref);
      const groups = (await scene.engine.deadLetterGroups({ queue: scene.queue }, 10)).items;
      await thereAndBack(scene, ref);
      expect(await scene.get(ref)).toEqual(before);
      expect((await idsOf(scene, {})).sort()).toEqual([newer.id, id].sort());
      expect(await idsOf(scene, { group: 'group of A' })).toEqual([id]);
      const after = (await scene.engine.deadLetterGroups({ queue: scene.queue }, 10)).items;
      expect(after.map(({ group }) => group).sort()).toEqual(groups.map(({ group }) => group).sort());
      expect(after.find(({ group }) => group === 'group of A')).toEqual(
        groups.find(({ group }) => group === 'group of A'),
      );
    });
  }

  it('bring back a whole story of many attempts and lives, and what it had done', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'long' });
    const worker = scene.stranger();
    for (let life = 0; life < 3; life++) {
      if (life > 0) await scene.engine.replay(ref, ANN);
      for (let n = 0; n < 20; n++) await worker.settle(retried(await worker.claimOne(), { error: `E${n}` }));
      const last = await worker.claimOne();
      await scene.engine.record({ ...last, step: { name: 'charge', value: '"paid"' } });
      await worker.settle(buried(last));
    }
    const before = await scene.get(ref);
    await thereAndBack(scene, ref);
    expect(await scene.get(ref)).toEqual(before);
    await scene.engine.replay(ref, ANN);
    const again = await worker.claimOne();
    expect(again).toMatchObject({ life: 3, attempt: 1, failures: 0 });
    expect(again.steps).toEqual(new Map([['charge', '"paid"']]));
    await worker.settle(completed(again));
    expect(await scene.get(ref)).toMatchObject({ state: 'completed' });
  });

  it('count as accepted anew, and stand in the audit', async (scene) => {
    const { ref, id } = await buryOne(scene, {}, { key: 'a' });
    const copy = await copyOf(scene, ref);
    await scene.engine.resolve(ref, HOUR_MS, ANN, { life: 0, exported: true });
    expect(await scene.stats()).toMatchObject({ accepted: 1, dead: 0, resolved: 1 });
    // Over its own tombstone.
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'ok' });
    expect(await scene.stats()).toMatchObject({ accepted: 2, dead: 1, resolved: 1 });
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      { action: 'import', target: id, ...ANN, before: '{}', after: JSON.stringify(copy.summary) },
      { action: 'resolve', target: id, ...ANN, after: '{"state":"resolved","exported":true}' },
    ]);
    expect(JSON.parse(items[1].before!)).toEqual(copy.summary);
    // Nothing forgets it when the window of that tombstone is over.
    await scene.elapse(5);
    await scene.sweep();
    expect(await scene.get(ref)).toMatchObject({ state: 'dead' });
  });

  it('are taken in once, however often that is asked', async (scene) => {
    const { ref } = await buryOne(scene);
    const copy = await copyOf(scene, ref);
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'already' });
    await scene.engine.resolve(ref, 0, ANN);
    const asked = Array.from({ length: 6 }, (_, n) => (n % 2 ? scene.engine : scene.second).importDead(copy, ANN));
    const outcomes = (await Promise.all(asked)).map(({ status }) => status).sort();
    expect(outcomes).toEqual(['already', 'already', 'already', 'already', 'already', 'ok']);
    expect(await scene.stats()).toMatchObject({ accepted: 2, dead: 1, resolved: 1 });
  });

  it('write over nobody who has the key meanwhile', async (scene) => {
    const { ref } = await buryOne(scene, {}, { key: 'a' });
    const copy = await copyOf(scene, ref);
    await scene.engine.replay(ref, ANN);
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'taken', state: 'waiting' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'taken', state: 'active' });
    await worker.settle(buried(job));
    // The same job, but dead in another life.
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'taken', state: 'dead' });
    await scene.engine.replay(ref, ANN);
    await worker.settle(completed(await worker.claimOne()));
    expect(await scene.engine.importDead(copy, ANN)).toEqual({ status: 'taken', state: 'completed' });
    const other = await buryOne(scene, {}, { key: 'b' });
    const old = await copyOf(scene, other.ref);
    await scene.engine.resolve(other.ref, 0, ANN);
    await scene.enqueue({ key: 'b' });
    expect(await scene.engine.importDead(old, ANN)).toEqual({ status: 'taken', state: 'waiting' });
    expect(await scene.stats()).toMatchObject({ accepted: 3, waiting: 1, dead: 0, completed: 1, resolved: 1 });
  });

  it('are taken in by a queue of which nobody had heard', async (scene) => {
    const { ref } = await buryOne(scene, { error: 'A' });
    const copy = await copyOf(scene, ref);
    const queue = scene.otherQueue('new');
    const id = formatJobId({ ...ref, queue });
    const moved = { ...copy, queue, summary: { ...copy.summary, queue, id } };
    expect(await scene.engine.importDead(moved, ANN)).toEqual({ status: 'ok' });
    expect(await scene.engine.queues()).toContain(queue);
    expect(await idsOf(scene, { queue })).toEqual([id]);
    expect((await scene.engine.stats(queue)).types).toMatchObject([{ accepted: 1, dead: 1 }]);
  });

  it('stand no further on than the clock, and each in a place of its own', async (scene) => {
    const made = [await buryOne(scene), await buryOne(scene), await buryOne(scene)];
    const copies = await Promise.all(made.map(({ ref }) => copyOf(scene, ref)));
    for (const { ref } of made) await scene.engine.resolve(ref, 0, ANN);
    for (const copy of copies) await scene.engine.importDead({ ...copy, position: 9e15 }, ANN);
    const last = await buryOne(scene);
    expect((await idsOf(scene, {}, 1))[0]).toBe(last.id);
    expect((await idsOf(scene, {}, 1)).sort()).toEqual([...made, last].map(({ id }) => id).sort());
  });

  it('are of dead jobs only, and of the life that is meant', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    expect(await scene.engine.copyDead(ref)).toBeUndefined();
    expect(await scene.engine.copyDead(scene.request())).toBeUndefined();
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne()));
    await scene.engine.replay(ref, ANN);
    await worker.settle(buried(await worker.claimOne()));
    expect(await scene.engine.resolve(ref, 0, ANN, { life: 0 })).toEqual({ status: 'other_life', life: 1 });
    expect(await scene.stats()).toMatchObject({ dead: 1, resolved: 0 });
  });
}
