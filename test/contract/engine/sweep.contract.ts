import { completed } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const HOUR_MS = 3_600_000;

export function sweepContract(it: SceneTest): void {
  it('happens once in an interval, whoever asks', async (scene) => {
    const options = {
      queue: scene.queue,
      worker: 'a',
      noHandlerGraceMs: HOUR_MS,
      noHandlerAlertMs: HOUR_MS,
      intervalMs: 400,
    };
    expect(await scene.engine.sweep(options)).toMatchObject({ swept: true });
    const idle = {
      swept: false,
      promoted: 0,
      expired: [],
      stalled: [],
      noHandler: [],
      tombstonesDeleted: 0,
      paused: [],
    };
    expect(await scene.second.sweep({ ...options, worker: 'b' })).toEqual(idle);
    expect(await scene.engine.sweep(options)).toEqual(idle);
    await scene.elapse(410);
    expect(await scene.second.sweep({ ...options, worker: 'b' })).toMatchObject({ swept: true });
  });

  it('finds nothing to do in a tidy queue', async (scene) => {
    await scene.enqueue();
    await scene.enqueue({ delayMs: HOUR_MS });
    const worker = await scene.worker();
    await worker.claimOne();
    expect(await scene.sweep()).toEqual({
      swept: true,
      promoted: 0,
      expired: [],
      stalled: [],
      noHandler: [],
      tombstonesDeleted: 0,
      paused: [],
    });
  });

  it('promotes all that is due', async (scene) => {
    await scene.enqueueMany(700, { delayMs: 20 });
    await scene.enqueue({ delayMs: HOUR_MS });
    await scene.elapse(30);
    expect(await scene.sweep()).toMatchObject({ promoted: 700 });
    expect(await scene.stats()).toMatchObject({ waiting: 700, scheduled: 1 });
  });

  it('deletes what is left of ended jobs once their windows are over, and loses no count', async (scene) => {
    for (const key of ['a', 'b', 'c', 'd']) await scene.enqueue({ key });
    const worker = await scene.worker();
    const [a, b, c, d] = await worker.claim();
    await worker.settle(
      completed(a, { windowMs: 20 }),
      completed(b, { windowMs: 20, result: '1' }),
      completed(c, { windowMs: HOUR_MS }),
      completed(d, { windowMs: 0 }),
    );
    await scene.elapse(30);
    await scene.enqueue({ key: 'b' });
    await scene.sweep();
    expect(await scene.get(a)).toBeUndefined();
    expect(await scene.stateOf(c)).toBe('completed');
    expect(await scene.enqueue({ key: 'b' })).toMatchObject({ status: 'duplicate', state: 'waiting' });
    expect(await scene.enqueue({ key: 'c' })).toMatchObject({ status: 'duplicate', state: 'completed' });
    expect(await scene.stats()).toMatchObject({ accepted: 5, completed: 4, waiting: 1 });
  });

  it('never touches the job that took the key of an ended one', async (scene) => {
    await scene.enqueue({ key: 'a' });
    const worker = await scene.worker();
    await worker.settle(completed(await worker.claimOne(), { windowMs: 5 }));
    await scene.elapse(10);
    const { ref } = await scene.enqueue({ key: 'a' });
    await scene.sweep();
    expect(await scene.stateOf(ref)).toBe('waiting');
    await worker.settle(completed(await worker.claimOne(), { windowMs: HOUR_MS }));
    await scene.sweep();
    expect(await scene.stateOf(ref)).toBe('completed');
  });

  it('sweeps a queue of which nobody has heard', async (scene) => {
    expect(await scene.sweep()).toMatchObject({ swept: true, promoted: 0 });
  });
}
