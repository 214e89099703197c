import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { DeadLetterFilter } from '../../../lib/engine/dead-letter.port.js';
import { buried, completed, retried } from '../../support/engine-settlements.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const ACTOR = { actor: 'ann', reason: 'the provider is back' };

/** A job that is dead, buried at an instant of its own. */
async function deadJob(scene: EngineScene, options: SceneRequest = {}): Promise<JobRef> {
  const { ref } = await scene.enqueue(options);
  const worker = scene.stranger(undefined, ref.queue);
  await worker.settle(buried(await worker.claimOne({ demand: [{ type: ref.type }] })));
  await scene.elapse(2);
  return ref;
}

async function allPages(scene: EngineScene, filter: DeadLetterFilter, limit: number): Promise<string[][]> {
  const pages: string[][] = [];
  let cursor: string | undefined;
  do {
    const page = await scene.engine.deadLetters(filter, limit, cursor);
    pages.push(page.items.map(({ id }) => id));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return pages;
}

export function deadLettersContract(it: SceneTest): void {
  it('lists the newest burial first, page by page, each once', async (scene) => {
    const ids: string[] = [];
    for (let n = 0; n < 7; n++) ids.unshift(formatJobId(await deadJob(scene)));
    expect(await allPages(scene, { queue: scene.queue }, 3)).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
    expect(await allPages(scene, { queue: scene.queue }, 7)).toEqual([ids]);
  });

  it('lists one type alone, one queue alone, and all queues in one order', async (scene) => {
    const queue = scene.otherQueue('b');
    const made = [
      await deadJob(scene),
      await deadJob(scene, { queue }),
      await deadJob(scene, { type: 'other' }),
      await deadJob(scene, { queue, type: 'other' }),
    ];
    const [a, b, c, d] = made.map(formatJobId);
    expect(await allPages(scene, { queue: scene.queue }, 10)).toEqual([[c, a]]);
    expect(await allPages(scene, { queue, type: 'other' }, 10)).toEqual([[d]]);
    for (const limit of [10, 1, 2, 3]) {
      const all = (await allPages(scene, {}, limit)).flat().filter((id) => [a, b, c, d].includes(id));
      expect(all).toEqual([d, c, b, a]);
    }
    expect((await allPages(scene, { type: 'other' }, 1)).flat().filter((id) => [c, d].includes(id))).toEqual([d, c]);
  });

  it('skips and repeats nothing when dead letters are dealt with between two pages', async (scene) => {
    const refs: JobRef[] = [];
    for (let n = 0; n < 6; n++) refs.unshift(await deadJob(scene));
    const first = await scene.engine.deadLetters({ queue: scene.queue }, 2);
    await scene.engine.resolve(refs[1], 0, ACTOR);
    await scene.engine.replay(refs[3], ACTOR);
    await deadJob(scene);
    const rest = await scene.engine.deadLetters({ queue: scene.queue }, 10, first.nextCursor);
    expect(rest.items.map(({ id }) => id)).toEqual([refs[2], refs[4], refs[5]].map(formatJobId));
    expect(rest.nextCursor).toBeUndefined();
  });

  it('refuses a cursor that it never gave', async (scene) => {
    await expect(scene.engine.deadLetters({ queue: scene.queue }, 10, 'no cursor')).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });

  it('lists nothing where nothing died', async (scene) => {
    expect(await scene.engine.deadLetters({ queue: scene.queue }, 10)).toEqual({ items: [] });
  });

  it('replays into a new life of the same job', async (scene) => {
    const { ref, id } = await scene.enqueue({ key: 'a', payload: '[1]', priority: 'low' });
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne(), { error: 'First' }));
    const last = await worker.claimOne();
    await worker.settle(buried(last, { error: 'Last' }));

    expect(await scene.second.replay(ref, ACTOR)).toEqual({ status: 'ok' });
    expect(await scene.get(ref)).toMatchObject({
      id,
      state: 'waiting',
      life: 1,
      attempt: 0,
      failures: 0,
      stalls: 0,
      attempts: [{ error: { name: 'First' } }, { error: { name: 'Last' } }],
    });
    expect((await scene.get(ref))!.burial).toBeUndefined();
    expect(await scene.stats()).toMatchObject({ accepted: 1, dead: 0, waiting: 1 });
    expect(await scene.engine.deadLetters({ queue: scene.queue }, 10)).toEqual({ items: [] });

    const again = await worker.claimOne();
    expect(again).toMatchObject({
      id,
      life: 1,
      attempt: 1,
      failures: 0,
      stalls: 0,
      key: 'a',
      payload: '[1]',
      level: 2,
    });
    expect(await worker.settle(completed(last), completed(again))).toEqual(['lease_lost', 'ok']);
  });

  it('keeps the history of all lives', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    for (const life of [0, 1, 2]) {
      if (life > 0) await scene.engine.replay(ref, ACTOR);
      await worker.settle(buried(await worker.claimOne(), { error: `Life${life}` }));
    }
    const { attempts, life } = (await scene.get(ref))!;
    expect(life).toBe(2);
    expect(attempts.map((each) => [each.life, each.attempt, each.error?.name])).toEqual([
      [0, 1, 'Life0'],
      [1, 1, 'Life1'],
      [2, 1, 'Life2'],
    ]);
  });

  it('joins the tail of the line when it is replayed', async (scene) => {
    const ref = await deadJob(scene, { payload: '0' });
    await scene.enqueue({ payload: '1' });
    await scene.engine.replay(ref, ACTOR);
    expect((await scene.stranger().claim()).map(({ payload }) => payload)).toEqual(['1', '0']);
  });

  it('lets one of many replays win, and runs the job once', async (scene) => {
    const ref = await deadJob(scene);
    const outcomes = await Promise.all(
      Array.from({ length: 10 }, (_, n) => (n % 2 ? scene.engine : scene.second).replay(ref, ACTOR)),
    );
    expect(outcomes.filter(({ status }) => status === 'ok')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'not_dead')).toHaveLength(9);
    const worker = scene.stranger();
    expect(await worker.claim()).toHaveLength(1);
    expect(await worker.claim()).toEqual([]);
  });

  it('never runs twice what expired while it waited and was replayed', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a', expiresInMs: 5 });
    await scene.elapse(10);
    await scene.sweep();
    await scene.engine.replay(ref, ACTOR);
    const worker = scene.stranger();
    expect(await worker.claim()).toMatchObject([{ op: ref.op, life: 1 }]);
    expect(await worker.claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ waiting: 0, active: 1 });
  });

  it('resolves for good: out of the list, counted, known for its window', async (scene) => {
    const ref = await deadJob(scene, { key: 'a' });
    expect(await scene.engine.resolve(ref, 400, ACTOR)).toEqual({ status: 'ok' });
    expect(await scene.stats()).toMatchObject({ accepted: 1, dead: 0, resolved: 1 });
    expect(await scene.engine.deadLetters({ queue: scene.queue }, 10)).toEqual({ items: [] });
    expect(await scene.get(ref)).toMatchObject({ state: 'resolved' });
    await scene.elapse(410);
    expect(await scene.get(ref)).toBeUndefined();
    expect(await scene.enqueue({ key: 'a' })).toMatchObject({ status: 'created' });
  });

  it('tells the state of what is not dead', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    expect(await scene.engine.replay(ref, ACTOR)).toEqual({ status: 'not_dead', state: 'waiting' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await scene.engine.resolve(ref, 0, ACTOR)).toEqual({ status: 'not_dead', state: 'active' });
    await worker.settle(completed(job));
    expect(await scene.engine.replay(ref, ACTOR)).toEqual({ status: 'not_dead', state: 'completed' });
    const dead = await deadJob(scene);
    await scene.engine.resolve(dead, 60_000, ACTOR);
    expect(await scene.engine.resolve(dead, 60_000, ACTOR)).toEqual({ status: 'not_dead', state: 'resolved' });
    expect(await scene.stats()).toMatchObject({ resolved: 1 });
  });

  it('knows nothing of jobs that never were', async (scene) => {
    expect(await scene.engine.replay(scene.request(), ACTOR)).toEqual({ status: 'unknown' });
    expect(await scene.engine.resolve(scene.request(), 0, ACTOR)).toEqual({ status: 'unknown' });
  });
}
