import { buried, released, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const ACTOR = { actor: 'ann', reason: 'try it still' };

export function expiryContract(it: SceneTest): void {
  it('marks at its claim a job whose time to begin is over', async (scene) => {
    await scene.enqueue({ payload: '1', expiresInMs: 5 });
    await scene.enqueue({ payload: '2', expiresInMs: 3_600_000 });
    await scene.enqueue({ payload: '3' });
    await scene.elapse(10);
    const worker = scene.stranger();
    const jobs = await worker.claim();
    expect(jobs.map(({ payload, expired }) => [payload, expired])).toEqual([
      ['1', true],
      ['2', false],
      ['3', false],
    ]);
    expect(await worker.settle(buried(jobs[0], { reason: 'expired' }))).toEqual(['ok']);
    expect(await scene.get(jobs[0])).toMatchObject({ state: 'dead', burial: { reason: 'expired' } });
  });

  it('buries in the sweep what waited or was scheduled for too long, and tells it', async (scene) => {
    const waiting = await scene.enqueue({ key: 'a', expiresInMs: 5 });
    const scheduled = await scene.enqueue({ delayMs: 3_600_000, expiresInMs: 5 });
    const patient = await scene.enqueue({ expiresInMs: 3_600_000 });
    await scene.elapse(10);
    const { expired } = await scene.sweep();
    expect(expired.map(({ op }) => op).sort()).toEqual([waiting.ref.op, scheduled.ref.op].sort());
    const snapshot = (await scene.get(waiting.ref))!;
    expect(snapshot).toMatchObject({
      state: 'dead',
      attempt: 0,
      failures: 0,
      burial: { reason: 'expired', id: waiting.id, idempotencyKey: 'a' },
      attempts: [{ outcome: 'expired', startedAt: 0 }],
    });
    expect(await scene.stateOf(scheduled.ref)).toBe('dead');
    expect(await scene.stateOf(patient.ref)).toBe('waiting');
    expect(await scene.stranger().claim()).toHaveLength(1);
    expect(await scene.stats()).toMatchObject({ dead: 2, waiting: 0, scheduled: 0, active: 1 });
    const alerts = await scene.engine.takeAlerts(scene.queue, 10, 1_000);
    expect(alerts.map(({ kind, data }) => [kind, JSON.parse(data).reason])).toEqual([
      ['job.buried', 'expired'],
      ['job.buried', 'expired'],
    ]);
  });

  it('buries what expires after it was claimed and never began', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 50 });
    const worker = scene.stranger();
    await worker.settle(released(await worker.claimOne(), 0, true));
    expect(await scene.get(ref)).toMatchObject({ state: 'waiting', attempt: 0 });
    await scene.elapse(60);
    expect((await scene.sweep()).expired).toEqual([ref]);
  });

  it('buries what expires while its type is paused', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 5 });
    await scene.engine.setPaused({ queue: scene.queue, type: 'task' }, true, ACTOR);
    await scene.elapse(10);
    expect((await scene.sweep()).expired).toEqual([ref]);
    expect(await scene.stateOf(ref)).toBe('dead');
  });

  it('tells until when a job may begin', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 60_000 });
    const { enqueuedAt, expiresAt } = (await scene.get(ref))!;
    expect(expiresAt! - enqueuedAt!).toBe(60_000);
  });

  it('leaves a job alone that began in time, whatever comes after', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 400 });
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(job.expired).toBe(false);
    await worker.settle(retried(job));
    await scene.elapse(410);
    expect((await scene.sweep()).expired).toEqual([]);
    expect(await worker.claimOne()).toMatchObject({ op: ref.op, expired: false, attempt: 2 });
  });

  it('lets a replayed job begin whenever it comes', async (scene) => {
    const { ref } = await scene.enqueue({ expiresInMs: 5 });
    await scene.elapse(10);
    await scene.sweep();
    expect(await scene.engine.replay(ref, ACTOR)).toEqual({ status: 'ok' });
    expect((await scene.sweep()).expired).toEqual([]);
    expect(await scene.stranger().claim()).toMatchObject([{ op: ref.op, life: 1, expired: false }]);
  });

  it('forgets the expiry of what was cancelled', async (scene) => {
    const first = await scene.enqueue({ key: 'a', expiresInMs: 5 });
    await scene.engine.cancel(first.ref);
    const second = await scene.enqueue({ key: 'a' });
    await scene.elapse(10);
    expect((await scene.sweep()).expired).toEqual([]);
    expect(await scene.stateOf(second.ref)).toBe('waiting');
    expect(await scene.stranger().claim()).toMatchObject([{ expired: false }]);
  });
}
