import type { OutboxEntry } from '../../../lib/engine/maintenance.port.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const ALERT = { noHandlerAlertMs: 20, noHandlerGraceMs: 3_600_000 };
const GRACE = { noHandlerAlertMs: 20, noHandlerGraceMs: 40 };

function alerts(scene: EngineScene): Promise<OutboxEntry[]> {
  return scene.engine.takeAlerts(scene.queue, 100, 60_000);
}

export function noHandlerContract(it: SceneTest): void {
  it('alerts once of jobs that no live worker handles', async (scene) => {
    await scene.enqueueMany(2, { type: 'orphan' });
    await scene.worker();
    await scene.sweep(ALERT);
    expect(await alerts(scene)).toEqual([]);
    await scene.elapse(30);
    await scene.sweep(ALERT);
    const told = await alerts(scene);
    expect(told).toMatchObject([{ kind: 'job.no-handler', queue: scene.queue }]);
    expect(JSON.parse(told[0].data)).toMatchObject({ type: 'orphan', version: 1, waiting: 2 });
    await scene.elapse(30);
    expect((await scene.sweep(ALERT)).noHandler).toEqual([]);
    expect(await alerts(scene)).toEqual([]);
    expect(await scene.stats('orphan')).toMatchObject({ waiting: 2 });
  });

  it('buries them when the grace is over, and tells of each', async (scene) => {
    const orphan = await scene.enqueue({ type: 'orphan' });
    const handled = await scene.enqueue();
    const scheduled = await scene.enqueue({ type: 'orphan', delayMs: 3_600_000 });
    await scene.worker();
    await scene.sweep(GRACE);
    await scene.elapse(50);
    expect((await scene.sweep(GRACE)).noHandler).toEqual([orphan.ref]);
    expect(await scene.get(orphan.ref)).toMatchObject({
      state: 'dead',
      burial: { reason: 'no_handler' },
      attempts: [{ outcome: 'no_handler', startedAt: 0 }],
    });
    expect([await scene.stateOf(handled.ref), await scene.stateOf(scheduled.ref)]).toEqual(['waiting', 'scheduled']);
    const buried = (await alerts(scene)).filter(({ kind }) => kind === 'job.buried');
    expect(buried.map(({ data }) => JSON.parse(data))).toMatchObject([{ id: orphan.id, reason: 'no_handler' }]);
  });

  it('judges each version by itself', async (scene) => {
    const [old, present] = [await scene.enqueue({ version: 1 }), await scene.enqueue({ version: 2 })];
    await scene.worker({ handles: [{ type: 'task', versions: [2, 3] }] });
    await scene.sweep(GRACE);
    await scene.elapse(50);
    expect((await scene.sweep(GRACE)).noHandler).toEqual([old.ref]);
    expect(await scene.stateOf(present.ref)).toBe('waiting');
  });

  it('starts anew when a worker handled them in the meantime', async (scene) => {
    const { ref } = await scene.enqueue({ type: 'orphan' });
    await scene.worker();
    await scene.sweep(GRACE);
    const helper = await scene.worker({ handles: [{ type: 'orphan' }] });
    await scene.elapse(50);
    expect((await scene.sweep(GRACE)).noHandler).toEqual([]);
    await scene.engine.retire(scene.queue, helper.id);
    expect((await scene.sweep(GRACE)).noHandler).toEqual([]);
    expect(await scene.stateOf(ref)).toBe('waiting');
    await scene.elapse(50);
    expect((await scene.sweep(GRACE)).noHandler).toEqual([ref]);
  });

  it('alerts once of a queue without any worker, and never buries there', async (scene) => {
    const { ref } = await scene.enqueue();
    for (let sweeps = 0; sweeps < 3; sweeps++) {
      expect((await scene.sweep(GRACE)).noHandler).toEqual([]);
      await scene.elapse(50);
    }
    const told = await alerts(scene);
    expect(told).toMatchObject([{ kind: 'queue.no-worker', queue: scene.queue }]);
    expect(JSON.parse(told[0].data)).toMatchObject({ queue: scene.queue, waiting: 1 });
    expect(await scene.stateOf(ref)).toBe('waiting');
  });

  it('is quiet about a queue without workers and without work', async (scene) => {
    await scene.enqueue({ delayMs: 3_600_000 });
    for (let sweeps = 0; sweeps < 2; sweeps++) {
      await scene.sweep(GRACE);
      await scene.elapse(50);
    }
    expect(await alerts(scene)).toEqual([]);
  });

  it('does not count a worker whose lease is over', async (scene) => {
    await scene.enqueue();
    const worker = await scene.worker();
    await worker.die();
    await scene.sweep(GRACE);
    await scene.elapse(50);
    await scene.sweep(GRACE);
    expect(await alerts(scene)).toMatchObject([{ kind: 'queue.no-worker' }]);
  });
}
