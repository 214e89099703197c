import { completed } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const ACTOR = { actor: 'ann', reason: 'provider is down' };

export function pauseContract(it: SceneTest): void {
  it('gives out nothing of a paused queue until it is resumed', async (scene) => {
    await scene.enqueueMany(2);
    await scene.second.setPaused({ queue: scene.queue }, true, ACTOR);
    const worker = scene.stranger();
    expect(await worker.claim()).toEqual([]);
    expect(await scene.engine.stats(scene.queue)).toMatchObject({
      paused: true,
      types: [{ waiting: 2, paused: false }],
    });
    await scene.engine.setPaused({ queue: scene.queue }, false, ACTOR);
    expect(await worker.claim()).toHaveLength(2);
    expect(await scene.engine.stats(scene.queue)).toMatchObject({ paused: false });
  });

  it('gives out nothing of a paused type, in any version, and goes on with the others', async (scene) => {
    await scene.enqueue({ type: 'a' });
    await scene.enqueue({ type: 'a', version: 2 });
    await scene.enqueue({ type: 'b' });
    await scene.engine.setPaused({ queue: scene.queue, type: 'a' }, true, ACTOR);
    const demand = [{ type: 'a' }, { type: 'a', version: 2 }, { type: 'b' }];
    const worker = scene.stranger();
    expect((await worker.claim({ demand })).map(({ type }) => type)).toEqual(['b']);
    expect(await scene.stats('a', 2)).toMatchObject({ paused: true, waiting: 1 });
    expect(await scene.stats('b')).toMatchObject({ paused: false });
    await scene.engine.setPaused({ queue: scene.queue, type: 'a' }, false, ACTOR);
    expect(await worker.claim({ demand })).toHaveLength(2);
  });

  it('keeps queue and type apart: resuming one does not resume the other', async (scene) => {
    await scene.enqueue();
    await scene.engine.setPaused({ queue: scene.queue }, true, ACTOR);
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, true, ACTOR);
    await scene.engine.setPaused({ queue: scene.queue }, false, ACTOR);
    const worker = scene.stranger();
    expect(await worker.claim()).toEqual([]);
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, false, ACTOR);
    expect(await worker.claim()).toHaveLength(1);
  });

  it('pauses a type of which it has no job yet', async (scene) => {
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, true, ACTOR);
    await scene.enqueue();
    expect(await scene.stranger().claim()).toEqual([]);
    expect(await scene.stats()).toMatchObject({ paused: true, waiting: 1 });
  });

  it('still takes new jobs and the ends of running ones', async (scene) => {
    await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    await scene.engine.setPaused({ queue: scene.queue }, true, ACTOR);
    expect(await scene.enqueue()).toMatchObject({ status: 'created', state: 'waiting' });
    expect(await worker.settle(completed(job))).toEqual(['ok']);
  });

  it('keeps back what becomes due, and suspects', async (scene) => {
    await scene.enqueue();
    await scene.stranger().claimOne();
    await scene.sweep();
    await scene.enqueue({ delayMs: 5 });
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, true, ACTOR);
    await scene.elapse(10);
    expect(await scene.stranger().claim()).toEqual([]);
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, false, ACTOR);
    expect(await scene.stranger().claim()).toHaveLength(2);
  });

  it('pauses one queue and not its neighbour', async (scene) => {
    await scene.enqueue();
    await scene.engine.setPaused({ queue: scene.otherQueue('b') }, true, ACTOR);
    expect(await scene.stranger().claim()).toHaveLength(1);
  });
}
