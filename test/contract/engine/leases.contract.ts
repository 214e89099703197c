import { buried, cancelled, completed, heldOf, released, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function leasesContract(it: SceneTest): void {
  it('refuses every write of an attempt that no longer owns its job', async (scene) => {
    const { ref } = await scene.enqueue({ key: 'a' });
    const [old, present] = [scene.stranger(), scene.stranger(scene.second)];
    const stale = await old.claimOne();
    await old.settle(released(stale));
    const owned = await present.claimOne();

    const ends = [completed(stale, { result: '1' }), retried(stale), buried(stale), released(stale), cancelled(stale)];
    expect(await old.settle(...ends)).toEqual(Array(5).fill('lease_lost'));
    expect(await scene.engine.record({ ...heldOf(stale), step: { name: 's', value: '1' } })).toBe('lease_lost');
    expect(await scene.engine.record({ ...heldOf(stale), progress: '1' })).toBe('lease_lost');

    expect(await scene.get(ref)).toMatchObject({ state: 'active', attempt: 2, failures: 0, attempts: [] });
    expect(await scene.engine.record(heldOf(owned))).toBe('ok');
    expect(await present.settle(completed(owned))).toEqual(['ok']);
    expect(await scene.engine.takeAlerts(scene.queue, 1, 1_000)).toEqual([]);
  });

  it('tells a worker that its job runs under another lease, be it its own', async (scene) => {
    await scene.enqueue();
    const worker = await scene.worker();
    const stale = await worker.claimOne();
    await worker.settle(released(stale));
    const owned = await worker.claimOne();
    expect(await worker.beat({ held: [stale, owned] })).toMatchObject({ lost: [0], strangers: 0 });
    expect(await worker.settle(completed(owned))).toEqual(['ok']);
  });

  it('compares the whole lease, not a part of it', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    const { lease } = job;
    const forged = [
      `${lease}0`,
      lease.slice(0, -1),
      `0${lease}`,
      '',
      lease.replace(worker.id, 'w0'),
      String(job.fencingToken),
    ];
    expect(await worker.settle(...forged.map((text) => ({ ...completed(job), lease: text })))).toEqual(
      forged.map(() => 'lease_lost'),
    );
    expect(await worker.settle(completed(job))).toEqual(['ok']);
  });

  it('takes a write of another life for a stranger', async (scene) => {
    await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(await worker.settle({ ...completed(job), life: 1 })).toEqual(['lease_lost']);
    expect(await scene.engine.record({ ...heldOf(job), life: 1 })).toBe('lease_lost');
    expect(await worker.settle(completed(job))).toEqual(['ok']);
  });

  it('takes a write of the job that had the key before for a stranger', async (scene) => {
    await scene.enqueue({ key: 'a' });
    const worker = scene.stranger();
    const first = await worker.claimOne();
    await worker.settle(completed(first, { windowMs: 0 }));
    const { ref } = await scene.enqueue({ key: 'a' });
    const second = await worker.claimOne();
    expect(await worker.settle({ ...completed(first), lease: second.lease })).toEqual(['lease_lost']);
    expect(await scene.stateOf(ref)).toBe('active');
  });

  it('lists a worker as long as its lease lives, with what it announced last', async (scene) => {
    const worker = await scene.worker({ leaseMs: 60_000 });
    const { now } = await worker.beat({
      leaseMs: 400,
      handles: [{ type: 'task', versions: [1, 2], maxStalls: 4, owner: 'team-a' }],
    });
    const [known, ...others] = await scene.second.workers(scene.queue);
    expect(others).toEqual([]);
    expect(known).toMatchObject({
      worker: worker.id,
      host: 'host-a',
      pid: 4711,
      state: 'running',
      handles: [{ type: 'task', versions: [1, 2], maxStalls: 4, owner: 'team-a' }],
    });
    expect(known.leaseUntil).toBe(now + 400);
    await scene.elapse(410);
    expect(await scene.engine.workers(scene.queue)).toEqual([]);
  });

  it('keeps the attempts of a worker that renews its lease', async (scene) => {
    const { ref } = await scene.enqueue();
    const worker = await scene.worker({ leaseMs: 5 });
    const job = await worker.claimOne();
    await scene.elapse(10);
    expect(await worker.beat({ held: [job] })).toMatchObject({ lost: [], cancelRequested: [], strangers: 0 });
    expect((await scene.sweep()).stalled).toEqual([]);
    expect(await scene.stateOf(ref)).toBe('active');
  });

  it('tells a worker which of its attempts it has lost', async (scene) => {
    await scene.enqueueMany(3);
    const worker = await scene.worker();
    const jobs = await worker.claim();
    await scene.stranger().settle(completed(jobs[1]));
    expect(await worker.beat({ held: jobs })).toMatchObject({ lost: [1], strangers: 0 });
    await worker.die({ held: [jobs[0], jobs[2]] });
    await scene.sweep();
    expect(await worker.beat({ held: [jobs[0], jobs[2]] })).toMatchObject({ lost: [0, 1] });
  });

  it('tells a worker which of its attempts somebody wants cancelled', async (scene) => {
    await scene.enqueueMany(3);
    const worker = await scene.worker();
    const jobs = await worker.claim();
    await scene.second.cancel(jobs[2]);
    expect(await worker.beat({ held: jobs })).toMatchObject({ lost: [], cancelRequested: [2] });
  });

  it('gives back, uncounted, what it counts as a worker’s and the worker does not know', async (scene) => {
    await scene.enqueueMany(3);
    const worker = await scene.worker();
    const [lost] = await worker.claim({ slots: 1 });
    const [known] = await worker.claim({ slots: 1 });
    const [underWay] = await worker.claim({ slots: 1 });
    expect(await worker.beat({ held: [known], knownToken: known.fencingToken })).toMatchObject({
      strangers: 1,
      lost: [],
    });
    expect([await scene.stateOf(lost), await scene.stateOf(known), await scene.stateOf(underWay)]).toEqual([
      'waiting',
      'active',
      'active',
    ]);
    expect(await worker.settle(completed(lost))).toEqual(['lease_lost']);
    expect(await worker.claimOne()).toMatchObject({ op: lost.op, attempt: 2, failures: 0, stalls: 0, suspect: false });
  });

  it('leaves the attempts of other workers alone', async (scene) => {
    await scene.enqueueMany(2);
    const [one, two] = [await scene.worker(), await scene.worker()];
    const job = await one.claimOne();
    const other = await two.claimOne();
    expect(await two.beat({ held: [other], knownToken: Number.MAX_SAFE_INTEGER })).toMatchObject({ strangers: 0 });
    expect(await scene.stateOf(job)).toBe('active');
  });

  it('takes back all that a worker holds when it retires, and forgets the worker', async (scene) => {
    await scene.enqueueMany(4);
    const worker = await scene.worker();
    await worker.claim({ slots: 3 });
    expect(await scene.engine.retire(scene.queue, worker.id)).toEqual({ released: 3 });
    expect(await scene.engine.workers(scene.queue)).toEqual([]);
    const again = await scene.stranger().claim();
    expect(again.map(({ payload }) => payload).sort()).toEqual(['0', '1', '2', '3']);
    expect(again.at(-1)).toMatchObject({ payload: '3', attempt: 1 });
    expect(again[0]).toMatchObject({ attempt: 2, failures: 0, stalls: 0 });
    expect(await scene.engine.retire(scene.queue, worker.id)).toEqual({ released: 0 });
  });

  it('lets a worker whose lease ran out settle what nobody has taken back yet', async (scene) => {
    await scene.enqueue({ key: 'a' });
    const worker = await scene.worker();
    const job = await worker.claimOne();
    await worker.die({ held: [job] });
    expect(await worker.settle(completed(job))).toEqual(['ok']);
    expect((await scene.sweep()).stalled).toEqual([]);
  });
}
