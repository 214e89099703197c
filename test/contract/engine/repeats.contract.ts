import { buried, completed, heldOf, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function repeatsContract(it: SceneTest): void {
  it('gives a repeated turn the first answer again, and moves nothing twice', async (scene) => {
    await scene.enqueue({ key: 'a', payload: '{"a":1}' });
    const worker = scene.stranger();
    const job = await worker.claimOne({ seq: 1 });
    await scene.enqueueMany(4);
    const turn = { seq: 2, slots: 2, settlements: [completed(job), { ...completed(job), lease: 'stale' }] };
    const first = await worker.turn(turn);
    const again = await worker.turn(turn);
    expect(first.settled).toEqual(['ok', 'lease_lost']);
    expect(again.settled).toEqual(first.settled);
    expect(again.claimed).toEqual(first.claimed);
    expect(again.claimed).toHaveLength(2);
    expect(await scene.stats()).toMatchObject({ completed: 1, active: 2, waiting: 2 });
  });

  it('gives the first answer again while a job is due in the far future', async (scene) => {
    await scene.enqueue({ dueAt: 8.64e15 });
    await scene.enqueue();
    const worker = scene.stranger();
    const first = await worker.turn({ seq: 1 });
    expect(first.nextDueAt).toBe(8.64e15);
    expect(await worker.turn({ seq: 1 })).toMatchObject({ claimed: first.claimed, nextDueAt: 8.64e15, settled: [] });
  });

  it('gives the whole job again, with steps, failures and flags', async (scene) => {
    await scene.enqueue({ key: 'a', priority: 'high', overrides: { maxRetries: 3 } });
    const worker = scene.stranger();
    const job = await worker.claimOne({ seq: 1 });
    await scene.engine.record({ ...heldOf(job), step: { name: 's', value: '[2]' } });
    await worker.turn({ seq: 2, slots: 0, settlements: [retried(job)] });
    const first = await worker.claimOne({ seq: 3 });
    expect(first).toMatchObject({ failures: 1, attempt: 2, overrides: { maxRetries: 3 } });
    expect([...first.steps]).toEqual([['s', '[2]']]);
    expect(await worker.claimOne({ seq: 3 })).toEqual(first);
  });

  it('goes by the number of the turn, not by what the repetition carries', async (scene) => {
    const refs = await scene.enqueueMany(4);
    const worker = scene.stranger();
    const [first] = await worker.claim({ seq: 5, slots: 1 });
    const again = await worker.turn({ seq: 5, slots: 3, settlements: [buried(first)] });
    expect(again.claimed.map(({ op }) => op)).toEqual([refs[0].op]);
    expect(again.settled).toEqual([]);
    expect(await scene.stats()).toMatchObject({ active: 1, dead: 0, waiting: 3 });
  });

  it('changes nothing for a turn that is older than the last', async (scene) => {
    await scene.enqueueMany(4);
    const worker = scene.stranger();
    await worker.claim({ seq: 5, slots: 1 });
    const [job] = await worker.claim({ seq: 6, slots: 1 });
    const late = worker.turn({ seq: 4, slots: 2, settlements: [buried(job)] });
    await late.catch(() => undefined);
    expect(await scene.stats()).toMatchObject({ active: 2, dead: 0, waiting: 2 });
  });

  it('counts the turns of each lane and each worker by itself', async (scene) => {
    await scene.enqueueMany(4);
    const [one, two] = [scene.stranger(), scene.stranger()];
    const claims = [
      await one.claim({ slots: 1, lane: 0, seq: 1 }),
      await one.claim({ slots: 1, lane: 1, seq: 1 }),
      await two.claim({ slots: 1, lane: 0, seq: 1 }),
    ];
    expect(claims.flat().map(({ payload }) => payload)).toEqual(['0', '1', '2']);
    expect(await one.claim({ slots: 1, lane: 1, seq: 1 })).toEqual(claims[1]);
  });

  it('claims what is there when two copies of a turn arrive at the same time', async (scene) => {
    await scene.enqueueMany(6);
    const worker = scene.stranger();
    const answers = await Promise.all(Array.from({ length: 4 }, () => worker.claim({ seq: 1, slots: 2 })));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await scene.stats()).toMatchObject({ active: 2, waiting: 4 });
  });

  it('accepts once what is sent many times at the same time', async (scene) => {
    const requests = [scene.request(), scene.request({ key: 'a' }), scene.request({ delayMs: 3_600_000 })];
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) => (n % 2 ? scene.engine : scene.second).enqueue(requests)),
    );
    for (const answer of answers) expect(answer).toEqual(answers[0]);
    expect(await scene.stats()).toMatchObject({ accepted: 3, waiting: 2, scheduled: 1 });
  });

  it('takes a step or progress that arrives twice for one', async (scene) => {
    const { ref } = await scene.enqueue();
    const job = await scene.stranger().claimOne();
    const write = { ...heldOf(job), step: { name: 'a', value: '1' }, progress: '5' };
    expect([await scene.engine.record(write), await scene.second.record(write)]).toEqual(['ok', 'ok']);
    expect(await scene.get(ref)).toMatchObject({ progress: 5 });
  });
}
