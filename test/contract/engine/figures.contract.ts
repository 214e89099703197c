import type { EngineScene } from '../../support/engine-scene.js';
import { buried, cancelled, completed, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const MINUTE_MS = 60_000;
/** A client writes down the store's time as it reckons it, which may be a little behind. */
const RECKONED_MS = 30;
const ANN = { actor: 'ann', reason: 'a test' };

/** Summed up, because a test may see two minutes; without those that the clock decides. */
async function figures(scene: EngineScene, engine = scene.engine): Promise<Record<string, number>> {
  const minute = Math.floor((await engine.storeTime()) / MINUTE_MS);
  const sums: Record<string, number> = {};
  for (const found of await engine.minuteFigures(scene.queue, [minute - 1, minute])) {
    for (const [name, value] of found.figures) {
      if (name.startsWith('g-')) sums[name] = value;
      else sums[name] = (sums[name] ?? 0) + value;
    }
  }
  delete sums['g-at'];
  return sums;
}

export function figuresContract(it: SceneTest): void {
  it('counts ends, failures and durations of each type', async (scene) => {
    await scene.enqueueMany(6);
    await scene.enqueue({ type: 'a:b', delayMs: 60_000 });
    const gone = await scene.enqueue({ type: 'a:b', delayMs: 60_000 });
    const [a, b, c, d, e] = await scene.stranger().claim({ slots: 5 });
    await scene
      .stranger()
      .settle(
        completed(a),
        { ...completed(b), durationMs: 100 } as ReturnType<typeof completed>,
        retried(c),
        buried(d),
        cancelled(e),
      );
    await scene.engine.cancel(gone.ref);
    await scene.engine.resolve(d, 0, ANN);
    expect(await figures(scene, scene.second)).toEqual({
      'completed:task': 2,
      'failed:task': 2,
      'retried:task': 1,
      'buried:exhausted:task': 1,
      'cancelled:task': 1,
      'cancelled:a:b': 1,
      'resolved:task': 1,
      'ms:task:1': 3,
      'ms:task:27': 1,
    });
  });

  it('counts stalls, and what expired for no failure', async (scene) => {
    await scene.enqueueMany(1, { expiresInMs: 1 });
    await scene.elapse(3);
    await scene.sweep();
    await scene.enqueue();
    const worker = await scene.worker();
    await worker.claimOne();
    await worker.die();
    await scene.sweep();
    expect(await figures(scene)).toEqual({ 'buried:expired:task': 1, 'stalled:task': 1 });
  });

  it('adds what a process counted by itself', async (scene) => {
    await scene.enqueue();
    await scene.engine.addFigures(scene.queue, new Map([['zombies:task', 2]]), { source: 'a', seq: 1 });
    await scene.second.addFigures(
      scene.queue,
      new Map([
        ['zombies:task', 1],
        ['wait:task:9', 40],
      ]),
      { source: 'b', seq: 1 },
    );
    expect(await figures(scene)).toEqual({ 'zombies:task': 3, 'wait:task:9': 40 });
  });

  it('adds a batch once, however often it is sent, and the next one as well', async (scene) => {
    await scene.enqueue();
    const many = new Map(Array.from({ length: 2_500 }, (_, n): [string, number] => [`wait:t${n}:1`, 1]));
    const few = new Map([
      ['wait:t0:1', 1],
      ['zombies:task', 1],
    ]);
    const first = { source: 'a', seq: 1 };
    await scene.engine.addFigures(scene.queue, many, first);
    await Promise.all([scene.engine, scene.second].map((each) => each.addFigures(scene.queue, many, first)));
    for (const seq of [2, 2, 3]) await scene.engine.addFigures(scene.queue, few, { source: 'a', seq });
    await scene.engine.addFigures(scene.queue, many, { source: 'a', seq: 4 });
    const { 'zombies:task': zombies, 'wait:t0:1': changed, ...rest } = await figures(scene);
    expect([zombies, changed]).toEqual([2, 4]);
    expect(Object.keys(rest)).toHaveLength(2_499);
    expect(new Set(Object.values(rest))).toEqual(new Set([2]));
  });

  it('tells how much is where, and since when the oldest waits', async (scene) => {
    const before = await scene.engine.storeTime();
    await scene.enqueueMany(2);
    await scene.elapse(40);
    await scene.enqueueMany(2);
    await scene.enqueue({ delayMs: 60_000 });
    await scene.enqueue({ type: 'other', version: 3, delayMs: 60_000 });
    const [done, , dead] = await scene.stranger().claim({ slots: 3 });
    await scene.stranger().settle(completed(done), buried(dead));
    const { at, lines } = await scene.engine.depths(scene.queue);
    const [other, task] = lines;
    expect(other).toEqual({
      ...{ type: 'other', version: 3, scheduled: 1, waiting: 0, active: 0, dead: 0, accepted: 1 },
    });
    expect(task).toMatchObject({ type: 'task', scheduled: 1, waiting: 1, active: 1, dead: 1, accepted: 5 });
    expect(task.waitingSince).toBeGreaterThanOrEqual(before + 40 - RECKONED_MS);
    expect(task.waitingSince).toBeLessThanOrEqual(at);
  });

  it('knows that what was delayed has waited no longer than its list has been in use', async (scene) => {
    await scene.enqueue({ delayMs: 400 });
    await scene.elapse(40);
    const noted = await scene.engine.storeTime();
    await scene.engine.noteDepths(scene.queue);
    await scene.elapse(400);
    await scene.sweep();
    const { lines } = await scene.second.depths(scene.queue);
    expect(lines[0].waiting).toBe(1);
    expect(lines[0].waitingSince).toBeGreaterThanOrEqual(noted - 5);
    await scene.engine.noteDepths(scene.queue);
    await scene.elapse(20);
    await scene.engine.noteDepths(scene.queue);
    const later = await scene.engine.depths(scene.queue);
    expect(later.lines[0].waitingSince).toBe(lines[0].waitingSince);
  });

  it('passes over what a cancellation left at the head of a list', async (scene) => {
    const first = await scene.enqueue();
    await scene.elapse(40);
    const between = await scene.engine.storeTime();
    await scene.enqueue();
    await scene.engine.cancel(first.ref);
    const { lines } = await scene.engine.depths(scene.queue);
    expect(lines[0]).toMatchObject({ waiting: 1 });
    expect(lines[0].waitingSince).toBeGreaterThanOrEqual(between - RECKONED_MS);
  });

  it('notes depths in the present minute, over all versions, and the last note counts', async (scene) => {
    await scene.enqueueMany(2);
    await scene.engine.noteDepths(scene.queue);
    await scene.enqueueMany(2, { version: 2 });
    await scene.stranger().claimOne();
    await scene.elapse(10);
    await scene.second.noteDepths(scene.queue);
    const { 'g-oldest:task': oldest, ...rest } = await figures(scene);
    expect(oldest).toBeGreaterThanOrEqual(10);
    expect(rest).toEqual({
      'g-scheduled:task': 0,
      'g-waiting:task': 3,
      'g-active:task': 1,
      'g-dead:task': 0,
      'g-accepted:task': 4,
    });
  });

  it('knows nothing of a queue that nobody knows', async (scene) => {
    expect((await scene.engine.depths(scene.queue)).lines).toEqual([]);
    expect(await figures(scene)).toEqual({});
  });
}
