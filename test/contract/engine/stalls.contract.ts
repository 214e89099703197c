import { ATTEMPT_GRACE_MS } from '../../../lib/engine/store-limits.js';
import { completed, released, retried } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { EngineWorker, TurnOptions } from '../../support/engine-worker.js';
import type { SceneTest } from './scene-test.js';

/** A worker claims and dies of it. */
async function crash(scene: EngineScene, options: TurnOptions = {}, maxStalls = 2): Promise<EngineWorker> {
  const handles = [{ type: 'task', maxStalls, owner: 'team-a', runbook: 'https://wiki/task' }];
  const worker = await scene.worker({ handles });
  const claimed = await worker.claim(options);
  if (claimed.length === 0) throw new Error('there was nothing to crash with');
  await worker.die({ handles, held: claimed });
  return worker;
}

export function stallsContract(it: SceneTest): void {
  it('makes the job of a dead worker a suspect, without counting anything against it', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = await crash(scene);
    const { stalled } = await scene.sweep();
    expect(stalled).toEqual([{ ...ref, attempt: 1, stalls: 0, suspect: true, buried: false, worker: worker.id }]);
    expect(await scene.stats()).toMatchObject({ waiting: 1, active: 0 });
    expect(await scene.stranger().claim()).toMatchObject([
      { op: ref.op, attempt: 2, failures: 0, stalls: 0, suspect: true },
    ]);
  });

  it('takes back what a worker holds of which it never heard', async (scene) => {
    const { ref } = await scene.enqueue();
    await scene.stranger().claimOne();
    expect((await scene.sweep()).stalled).toMatchObject([{ op: ref.op }]);
  });

  it('takes back an attempt that a live worker has forgotten, once timeout and grace are over', async (scene) => {
    const forgotten = await scene.enqueue();
    const patient = await scene.enqueue({ overrides: { timeoutMs: 60_000 } });
    const worker = await scene.worker({ leaseMs: 600_000 });
    const jobs = await worker.claim({ demand: [{ timeoutMs: 200 }] });
    expect(jobs).toHaveLength(2);
    expect((await scene.sweep()).stalled).toEqual([]);
    await scene.elapse(200 + ATTEMPT_GRACE_MS);
    expect((await scene.sweep()).stalled).toMatchObject([{ op: forgotten.ref.op, worker: worker.id, suspect: true }]);
    expect(await scene.stateOf(patient.ref)).toBe('active');
    expect(await worker.settle(completed(jobs[0]), completed(jobs[1]))).toEqual(['lease_lost', 'ok']);
  });

  it('gives out one suspect at a time, before other work, and none to who has one', async (scene) => {
    await scene.enqueueMany(3);
    await crash(scene);
    await scene.sweep();
    await scene.enqueue({ payload: '"fresh"', priority: 'high' });
    const worker = scene.stranger();
    expect((await worker.claim({ takeSuspect: false })).map(({ payload }) => payload)).toEqual(['"fresh"']);
    expect(await worker.claim({ takeSuspect: true })).toMatchObject([{ suspect: true }]);
    expect(await worker.claim({ takeSuspect: false })).toEqual([]);
    expect(await worker.claim({ takeSuspect: true })).toHaveLength(1);
    expect(await scene.stats()).toMatchObject({ waiting: 1, active: 3 });
  });

  it('does not give a suspect beyond slots or quota', async (scene) => {
    await scene.enqueue();
    await crash(scene);
    await scene.sweep();
    const worker = scene.stranger();
    expect(await worker.claim({ slots: 0 })).toEqual([]);
    expect(await worker.claim({ demand: [{ quota: 0 }] })).toEqual([]);
    expect(await worker.claim()).toHaveLength(1);
  });

  it('buries a job under which its worker died once too often, and tells it', async (scene) => {
    const { ref, id } = await scene.enqueue();
    for (const stalls of [0, 1, 2]) {
      await crash(scene);
      expect((await scene.sweep()).stalled).toMatchObject([{ op: ref.op, attempt: stalls + 1, stalls, buried: false }]);
    }
    await crash(scene);
    expect((await scene.sweep()).stalled).toMatchObject([{ op: ref.op, attempt: 4, stalls: 3, buried: true }]);
    const snapshot = (await scene.get(ref))!;
    expect(snapshot).toMatchObject({
      state: 'dead',
      stalls: 3,
      failures: 0,
      burial: { reason: 'stalled', owner: 'team-a', runbook: 'https://wiki/task', attempts: 4 },
    });
    expect(snapshot.attempts).toMatchObject(
      [1, 2, 3, 4].map((attempt) => ({ attempt, outcome: 'stalled', life: 0, worker: { host: 'host-a', pid: 4711 } })),
    );
    const [alert] = await scene.engine.takeAlerts(scene.queue, 10, 1_000);
    expect(alert).toMatchObject({ kind: 'job.buried' });
    expect(JSON.parse(alert.data)).toMatchObject({ id, reason: 'stalled', owner: 'team-a' });
  });

  it('buries at the first counted stall where none is allowed', async (scene) => {
    const { ref } = await scene.enqueue();
    await crash(scene, {}, 0);
    expect((await scene.sweep()).stalled).toMatchObject([{ buried: false, stalls: 0 }]);
    await crash(scene, {}, 0);
    expect((await scene.sweep()).stalled).toMatchObject([{ buried: true, stalls: 1 }]);
    expect(await scene.stateOf(ref)).toBe('dead');
  });

  it('allows two counted stalls where nobody said how many', async (scene) => {
    const { ref } = await scene.enqueue();
    const stalls: number[] = [];
    for (let crashes = 0; crashes < 4; crashes++) {
      await scene.stranger().claimOne();
      const [{ stalls: counted }] = (await scene.sweep()).stalled;
      stalls.push(counted);
    }
    expect(stalls).toEqual([0, 1, 2, 3]);
    expect(await scene.stateOf(ref)).toBe('dead');
  });

  it('finds out the one job that kills its workers without burying its neighbours', async (scene) => {
    const refs = await scene.enqueueMany(10);
    await crash(scene);
    await scene.sweep();
    for (let rounds = 0; (await scene.stats()).waiting > 0; rounds++) {
      expect(rounds).toBeLessThan(20);
      const worker = await scene.worker();
      const job = await worker.claimOne();
      if (job.op !== refs[0].op) {
        await worker.settle(completed(job, { windowMs: 0 }));
        continue;
      }
      await worker.die({ held: [job] });
      await scene.sweep();
    }
    expect(await scene.stats()).toMatchObject({ dead: 1, completed: 9 });
    expect(await scene.stateOf(refs[0])).toBe('dead');
  });

  it('clears the suspicion when the job fails like any other', async (scene) => {
    await scene.enqueue();
    await crash(scene);
    await scene.sweep();
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne()));
    expect(await worker.claimOne({ takeSuspect: false })).toMatchObject({
      suspect: false,
      attempt: 3,
      failures: 1,
      stalls: 0,
    });
  });

  it('keeps the suspicion when the job is given back, now or for later', async (scene) => {
    await scene.enqueue();
    await crash(scene);
    await scene.sweep();
    const worker = scene.stranger();
    for (const delayMs of [0, 5]) {
      await worker.settle(released(await worker.claimOne(), delayMs));
      await scene.elapse(10);
      expect(await worker.claim({ takeSuspect: false })).toEqual([]);
    }
    expect(await worker.claimOne({ takeSuspect: true })).toMatchObject({ suspect: true });
  });

  it('ends a stalled job as cancelled when somebody wanted it cancelled', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = await scene.worker();
    const job = await worker.claimOne();
    await scene.engine.cancel(ref);
    await worker.die({ held: [job] });
    await scene.sweep();
    expect(await scene.stateOf(ref)).toBe('cancelled');
    expect(await scene.stats()).toMatchObject({ cancelled: 1, waiting: 0, active: 0 });
  });
}
