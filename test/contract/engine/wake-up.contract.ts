import { buried, completed, released, retried } from '../../support/engine-settlements.js';
import { soon } from '../../support/engine-soon.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { EngineWorker, TurnOptions } from '../../support/engine-worker.js';
import type { SceneTest } from './scene-test.js';

const TYPES = [{ type: 'task', version: 1 }];
const HOUR_MS = 3_600_000;

/** Looks, finds nothing, and waits: what a worker's loop does. Aborts with the test, so that nothing is left behind. */
async function idle(
  scene: EngineScene,
  worker: EngineWorker,
  options: TurnOptions = {},
): Promise<{ wakes: Promise<void>; stop: () => void }> {
  expect(await worker.claim(options)).toEqual([]);
  const abort = new AbortController();
  return {
    wakes: worker.engine.waitForWork(scene.queue, worker.id, TYPES, HOUR_MS, abort.signal),
    stop: () => abort.abort(),
  };
}

export function wakeUpContract(it: SceneTest): void {
  it('wakes an idle worker when work arrives', async (scene) => {
    const worker = await scene.worker();
    const { wakes } = await idle(scene, worker);
    await scene.elapse(20);
    await scene.enqueue({}, scene.second);
    await soon(wakes, 'the bell', 2_000);
    expect(await worker.claim()).toHaveLength(1);
  });

  it('wakes at once when work arrived between the look and the wait', async (scene) => {
    const worker = await scene.worker();
    expect(await worker.claim()).toEqual([]);
    await scene.enqueue({}, scene.second);
    await soon(
      scene.engine.waitForWork(scene.queue, worker.id, TYPES, HOUR_MS, new AbortController().signal),
      'the bell',
      2_000,
    );
  });

  it('wakes as many workers as there are jobs for', async (scene) => {
    const workers = [await scene.worker(), await scene.worker({}, scene.second), await scene.worker()];
    const waits = [];
    for (const worker of workers) waits.push(await idle(scene, worker));
    await scene.enqueueMany(3);
    await soon(Promise.all(waits.map(({ wakes }) => wakes)), 'all three', 2_000);
  });

  it('wakes an idle worker for a job that is given back, replayed or resumed', async (scene) => {
    const busy = await scene.worker();
    const worker = await scene.worker({}, scene.second);
    await scene.enqueue();
    const job = await busy.claimOne();

    const first = await idle(scene, worker);
    await busy.settle(released(job));
    await soon(first.wakes, 'the bell after the release', 2_000);

    await scene.engine.setPaused({ queue: scene.queue }, true, { actor: 'ann', reason: 'x' });
    const second = await idle(scene, worker);
    await scene.engine.setPaused({ queue: scene.queue }, false, { actor: 'ann', reason: 'x' });
    await soon(second.wakes, 'the bell after the resumption', 2_000);
  });

  it('wakes an idle worker for what became due in the turn of a busy one', async (scene) => {
    const [busy, worker] = [await scene.worker(), await scene.worker({}, scene.second)];
    await scene.enqueueMany(2, { delayMs: 300 });
    const { wakes } = await idle(scene, worker);
    await scene.elapse(310);
    expect(await busy.claim({ slots: 1 })).toHaveLength(1);
    await soon(wakes, 'the bell', 2_000);
    expect(await worker.claim()).toHaveLength(1);
  });

  it('wakes an idle worker when something new is to be due first, so that it sets its alarm', async (scene) => {
    const worker = await scene.worker();
    const { wakes } = await idle(scene, worker);
    await scene.enqueue({ delayMs: 60_000 }, scene.second);
    await soon(wakes, 'the bell', 2_000);
    expect((await worker.turn()).nextDueAt).toBeDefined();
  });

  it('passes the bell on when a worker has no slot left for what waits', async (scene) => {
    const [full, worker] = [await scene.worker(), await scene.worker({}, scene.second)];
    await scene.enqueueMany(3);
    const [first] = await full.claim({ slots: 1, demand: [{ globalConcurrency: 1 }] });
    const { wakes } = await idle(scene, worker, { demand: [{ globalConcurrency: 1 }] });
    const { claimed } = await full.turn({ slots: 1, settlements: [completed(first)] });
    expect(claimed).toHaveLength(1);
    await soon(wakes, 'the bell', 2_000);
  });

  it('wakes an idle worker for the room that one leaves which claims nothing more', async (scene) => {
    const [draining, worker] = [await scene.worker(), await scene.worker({}, scene.second)];
    const demand = [{ globalConcurrency: 1 }];
    await scene.enqueueMany(4);
    for (const end of [completed, retried, buried]) {
      const job = await draining.claimOne({ demand });
      const { wakes } = await idle(scene, worker, { demand });
      await draining.settle(end(job));
      await soon(wakes, 'the bell', 2_000);
    }
  });

  it('gives up after its time', async (scene) => {
    const worker = await scene.worker();
    expect(await worker.claim()).toEqual([]);
    const wakes = scene.engine.waitForWork(scene.queue, worker.id, TYPES, 100, new AbortController().signal);
    await scene.elapse(110);
    await soon(wakes, 'the end of the wait', 5_000);
  });

  it('gives up when its signal aborts, before or during the wait', async (scene) => {
    const worker = await scene.worker();
    const { wakes, stop } = await idle(scene, worker);
    await scene.elapse(20);
    stop();
    await soon(wakes, 'the end of the wait', 2_000);
    await soon(
      scene.engine.waitForWork(scene.queue, worker.id, TYPES, HOUR_MS, AbortSignal.abort()),
      'the end of no wait',
      2_000,
    );
  });
}
