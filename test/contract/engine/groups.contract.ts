import type { JobRef } from '../../../lib/core/job-id.js';
import type { DeadLetterGroup } from '../../../lib/core/dead-letter-group.js';
import type { DeadLetterCopy } from '../../../lib/engine/dead-letter-copy.js';
import type { DeadLetterGroupFilter } from '../../../lib/engine/dead-letter.port.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import { buried } from '../../support/engine-settlements.js';
import { buryOne } from './burials.js';
import type { SceneTest } from './scene-test.js';

const ANN = { actor: 'ann', reason: 'mended' };
const HOUR_MS = 3_600_000;

async function groupsOf(
  scene: EngineScene,
  filter: DeadLetterGroupFilter = {},
  limit = 100,
): Promise<DeadLetterGroup[]> {
  const groups: DeadLetterGroup[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await scene.engine.deadLetterGroups({ queue: scene.queue, ...filter }, limit, cursor);
    expect(page.items.length).toBeLessThanOrEqual(limit);
    groups.push(...page.items);
    if ((cursor = page.nextCursor) === undefined) return groups;
  }
}

const countsOf = (groups: readonly DeadLetterGroup[]): string[] =>
  groups.map(({ name, errorName, count }) => `${name} ${errorName} ${count}`);

export function groupsContract(it: SceneTest): void {
  it('put together what died of the same, newest burial first', async (scene) => {
    const one = await buryOne(scene, { error: 'A', worker: 'alpha:1' });
    const two = await buryOne(scene, { error: 'A', worker: 'alpha:2', reason: 'timeout' }, { version: 2 });
    await buryOne(scene, { error: 'B' });
    const three = await buryOne(scene, { error: 'A', worker: 'alpha:1' });
    const { items } = await scene.engine.deadLetters({ queue: scene.queue, errorName: 'A' }, 10);
    const [a, b] = await groupsOf(scene);
    expect(a).toEqual({
      ...{
        group: 'group of A',
        queue: scene.queue,
        name: 'task',
        errorName: 'A',
        message: 'it did not work',
        count: 3,
      },
      ...{ firstSeenAt: items[2].buriedAt, lastSeenAt: items[0].buriedAt, owner: 'team-a' },
      reasons: ['exhausted', 'timeout'],
      versions: [1, 2],
      workers: ['alpha:1', 'alpha:2'],
      samples: [three.id, two.id, one.id],
    });
    expect(b).toMatchObject({ group: 'group of B', count: 1, workers: [], samples: [expect.any(String)] });
    expect(countsOf(await groupsOf(scene))).toEqual(['task A 3', 'task B 1']);
  });

  it('count what is dead now, and end with the last of their dead', async (scene) => {
    const [one, two] = [await buryOne(scene, { error: 'A' }), await buryOne(scene, { error: 'A' })];
    await buryOne(scene, { error: 'B' });
    const before = (await groupsOf(scene))[1];
    await scene.engine.replay(two.ref, ANN);
    expect(countsOf(await groupsOf(scene))).toEqual(['task B 1', 'task A 1']);
    expect((await groupsOf(scene))[1]).toMatchObject({ lastSeenAt: before.lastSeenAt, samples: [one.id] });
    await scene.engine.resolve(one.ref, 0, ANN);
    expect(countsOf(await groupsOf(scene))).toEqual(['task B 1']);
    // It begins anew with the second life of the one that was replayed.
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne(), { error: 'A', worker: 'beta:1' }));
    const [again] = await groupsOf(scene);
    expect(again).toMatchObject({ count: 1, workers: ['beta:1'], samples: [two.id] });
    expect(again.firstSeenAt).toBeGreaterThan(before.lastSeenAt);
  });

  it('are listed of one type, of one queue, and of all, page by page, each once', async (scene) => {
    const queue = scene.otherQueue('b');
    for (const error of ['A', 'B', 'C']) await buryOne(scene, { error });
    for (const error of ['A', 'D']) await buryOne(scene, { error }, { queue });
    await buryOne(scene, { error: 'A' }, { type: 'other' });
    expect(countsOf(await groupsOf(scene, { type: 'other' }))).toEqual(['other A 1']);
    expect(countsOf(await groupsOf(scene, { queue }))).toEqual(['task D 1', 'task A 1']);
    const own = (groups: DeadLetterGroup[]): string[] =>
      groups
        .filter((group) => [scene.queue, queue].includes(group.queue))
        .map(({ name, errorName }) => `${name} ${errorName}`);
    for (const limit of [100, 1, 2, 4]) {
      expect(own(await groupsOf(scene, { queue: undefined }, limit))).toEqual([
        'other A',
        'task D',
        'task A',
        'task C',
        'task B',
        'task A',
      ]);
    }
  });

  it('name at most ten versions and workers, and three samples', async (scene) => {
    for (let n = 1; n <= 12; n++) await buryOne(scene, { error: 'A', worker: `host:${n}` }, { version: n });
    const [{ versions, workers, samples, count }] = await groupsOf(scene);
    expect(versions).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(workers).toHaveLength(10);
    expect(samples).toHaveLength(3);
    expect(count).toBe(12);
  });

  it('count the burials of the last 24 hours hour by hour, of those that are dead now', async (scene) => {
    const now = await scene.engine.storeTime();
    const buriedAgo = async (ms: number, options: SceneRequest = {}): Promise<JobRef> => {
      const { ref } = await buryOne(scene, { error: 'A' }, options);
      const copy = await scene.engine.copyDead(ref);
      await scene.engine.resolve(ref, 0, ANN);
      const { position: _position, ...rest } = copy as DeadLetterCopy;
      await scene.engine.importDead({ ...rest, summary: { ...rest.summary, buriedAt: now - ms } }, ANN);
      return ref;
    };
    // Far from the ends of hours: the test takes time as well.
    const half = HOUR_MS / 2;
    await buriedAgo(half + 7 * HOUR_MS);
    await buriedAgo(half + 7 * HOUR_MS, { version: 2 });
    await buriedAgo(half + 23 * HOUR_MS);
    await buriedAgo(half + 24 * HOUR_MS);
    await buriedAgo(half + 90 * HOUR_MS, { type: 'other' });
    const gone = await buriedAgo(half + HOUR_MS);
    await buryOne(scene, { error: 'A' });
    await buryOne(scene, { error: 'B' });
    await scene.engine.replay(gone, ANN);

    const groups = await groupsOf(scene, { perHour: true });
    const told = Object.fromEntries(
      groups.map(({ name, errorName, count, perHour = [] }) => [
        `${name} ${errorName} ${count} ${perHour.length}`,
        perHour.flatMap((buried, n) => (buried > 0 ? [[23 - n, buried]] : [])),
      ]),
    );
    expect(told).toEqual({
      'task A 5 24': [
        [23, 1],
        [7, 2],
        [0, 1],
      ],
      'task B 1 24': [[0, 1]],
      'other A 1 24': [],
    });
    for (const filter of [{}, { perHour: false }])
      for (const group of await groupsOf(scene, filter)) expect(group).not.toHaveProperty('perHour');
  });

  it('hold what was never begun as well', async (scene) => {
    await scene.enqueue({ expiresInMs: 5 });
    await scene.elapse(10);
    await scene.sweep();
    expect(await groupsOf(scene)).toMatchObject([
      { errorName: 'JobExpiredError', reasons: ['expired'], workers: [], count: 1 },
    ]);
  });

  it('refuse a cursor that they never gave', async (scene) => {
    await expect(scene.engine.deadLetterGroups({ queue: scene.queue }, 10, 'no cursor')).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('are none where nothing died', async (scene) => {
    expect(await scene.engine.deadLetterGroups({ queue: scene.queue }, 10)).toEqual({ items: [] });
  });
}
