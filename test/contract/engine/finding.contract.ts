import type { DeadLetterFilter } from '../../../lib/engine/dead-letter.port.js';
import { MOST_LETTERS_LOOKED_AT } from '../../../lib/engine/store-limits.js';
import type { EngineScene } from '../../support/engine-scene.js';
import { buried } from '../../support/engine-settlements.js';
import { buryOne, idsOf, type Cause } from './burials.js';
import type { SceneTest } from './scene-test.js';

const AT_ONCE = 500;

/** So many jobs that died of one cause, the last one first. */
async function buryMany(scene: EngineScene, count: number, cause: Cause): Promise<void> {
  const worker = scene.stranger();
  for (let done = 0; done < count; done += AT_ONCE) {
    await scene.enqueueMany(Math.min(AT_ONCE, count - done));
    const jobs = await worker.claim({ slots: AT_ONCE, demand: [{ quota: AT_ONCE }] });
    await worker.settle(...jobs.map((job) => buried(job, cause)));
  }
}

export function findingContract(it: SceneTest): void {
  it('finds by what they died of', async (scene) => {
    const refused = await buryOne(scene, { reason: 'non_retryable', error: 'BadRequest', httpStatus: 400 });
    const missing = await buryOne(scene, { reason: 'non_retryable', error: 'NotFound', httpStatus: 404 });
    const timeout = await buryOne(scene, { reason: 'timeout', error: 'JobTimeoutError' });
    const other = await buryOne(scene, { error: 'NotFound' }, { type: 'other' });
    const cases: [DeadLetterFilter, { id: string }[]][] = [
      [{ reason: 'non_retryable' }, [missing, refused]],
      [{ reason: 'timeout' }, [timeout]],
      [{ reason: 'stalled' }, []],
      [{ errorName: 'NotFound' }, [other, missing]],
      [{ errorName: 'NotFound', type: 'other' }, [other]],
      [{ errorName: 'notfound' }, []],
      [{ httpStatus: 400 }, [refused]],
      [{ httpStatus: 500 }, []],
      [{ reason: 'non_retryable', httpStatus: 404 }, [missing]],
    ];
    for (const [filter, found] of cases)
      expect([filter, await idsOf(scene, filter)]).toEqual([filter, found.map(({ id }) => id)]);
  });

  it('finds by a text, as it stands, in upper or lower case', async (scene) => {
    const one = await buryOne(
      scene,
      { message: 'connect ECONNREFUSED 10.0.0.1:443 (100% of tries)' },
      { key: 'Order-7' },
    );
    const two = await buryOne(scene, { error: 'CertificateError', message: 'a.b* [expired]' });
    const cases: [string, { id: string }[]][] = [
      ['econnrefused', [one]],
      ['order-7', [one]],
      ['100%', [one]],
      ['CERTIFICATE', [two]],
      ['a.b*', [two]],
      ['[expired]', [two]],
      ['axb', []],
      [two.id, [two]],
      ['.*', []],
    ];
    for (const [text, found] of cases)
      expect([text, await idsOf(scene, { text })]).toEqual([text, found.map(({ id }) => id)]);
  });

  it('finds by the time of the burial, the first instant included and the last one not', async (scene) => {
    const made = [];
    for (let n = 0; n < 5; n++) made.unshift(await buryOne(scene));
    const { items } = await scene.engine.deadLetters({ queue: scene.queue }, 10);
    const at = items.map(({ buriedAt }) => buriedAt);
    const ids = made.map(({ id }) => id);
    expect(items.map(({ id }) => id)).toEqual(ids);
    expect(await idsOf(scene, { buriedAfter: at[2] })).toEqual(ids.slice(0, 3));
    expect(await idsOf(scene, { buriedBefore: at[2] })).toEqual(ids.slice(3));
    expect(await idsOf(scene, { buriedAfter: at[3], buriedBefore: at[1] })).toEqual(ids.slice(2, 4));
    expect(await idsOf(scene, { buriedAfter: at[3], buriedBefore: at[1] }, 1)).toEqual(ids.slice(2, 4));
    expect(await idsOf(scene, { buriedAfter: at[0] + 1 })).toEqual([]);
    expect(await idsOf(scene, { buriedBefore: at[4] })).toEqual([]);
  });

  it('finds one cause, of whatever version, and what is left of it', async (scene) => {
    const one = await buryOne(scene, { error: 'A' });
    await buryOne(scene, { error: 'B' });
    const two = await buryOne(scene, { error: 'A' }, { version: 2 });
    const three = await buryOne(scene, { error: 'A' });
    const queue = scene.otherQueue('b');
    const four = await buryOne(scene, { error: 'A' }, { queue });
    expect(await idsOf(scene, { group: 'group of A' })).toEqual([three, two, one].map(({ id }) => id));
    expect(await idsOf(scene, { group: 'group of A' }, 1)).toEqual([three, two, one].map(({ id }) => id));
    expect(await idsOf(scene, { group: 'group of A', queue })).toEqual([four.id]);
    expect(await idsOf(scene, { group: 'group of A', type: 'other' })).toEqual([]);
    expect(await idsOf(scene, { group: 'none' })).toEqual([]);
    await scene.engine.replay(three.ref, { actor: 'ann', reason: 'mended' });
    await scene.engine.resolve(one.ref, 0, { actor: 'ann', reason: 'by hand' });
    expect(await idsOf(scene, { group: 'group of A' })).toEqual([two.id]);
    expect(await idsOf(scene, { group: 'group of A', text: 'no such' })).toEqual([]);
  });

  it('gives a short page rather than look at all, and goes on behind it', async (scene) => {
    const first = await buryOne(scene, { error: 'Rare' });
    await buryMany(scene, MOST_LETTERS_LOOKED_AT + 100, { error: 'Usual' });
    const last = await buryOne(scene, { error: 'Rare' });
    const page = await scene.engine.deadLetters({ queue: scene.queue, errorName: 'Rare' }, 10);
    expect(page.items.map(({ id }) => id)).toEqual([last.id]);
    expect(page.nextCursor).toBeDefined();
    expect(await idsOf(scene, { errorName: 'Rare' })).toEqual([last.id, first.id]);
    expect(await idsOf(scene, { errorName: 'None' })).toEqual([]);
  });
}
