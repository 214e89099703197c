import type { CronOutcome } from '../../../lib/core/cron-record.js';
import type { CronCounts, CronNote, OpenRun } from '../../../lib/engine/cron.port.js';
import { CronScene, ENTRY } from '../../support/cron-scene.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const MINUTE_MS = 60_000;
const BY = { actor: 'ann', reason: 'a test' };
const NONE: CronCounts = { completed: 0, failed: 0, skipped: 0, missed: 0, 'lost-lock': 0 };

async function declared(scene: EngineScene): Promise<{ cron: CronScene; now: number; mark: number }> {
  const cron = new CronScene(scene);
  const { mark } = await cron.declare();
  await scene.elapse(20);
  return { cron, mark, now: (await cron.declare()).now };
}

/** Both counts are the same, and so are they from another instance. */
async function expectOutcomes(scene: EngineScene, expected: Partial<CronCounts>): Promise<void> {
  for (const engine of [scene.engine, scene.second]) {
    const [{ outcomes }] = await engine.keptCron(scene.queue);
    expect(outcomes).toEqual({ ...NONE, ...expected });
    expect(await figures(scene)).toEqual(expected);
  }
}

/** Summed up, because a test may see two minutes. */
async function figures(scene: EngineScene): Promise<Record<string, number>> {
  const minute = Math.floor((await scene.engine.storeTime()) / MINUTE_MS);
  const sums: Record<string, number> = {};
  for (const found of await scene.second.minuteFigures(scene.queue, [minute - 1, minute])) {
    for (const [name, value] of found.figures) {
      const outcome = /^cron:([^:]+):reconcile$/.exec(name)?.[1];
      if (outcome !== undefined) sums[outcome] = (sums[outcome] ?? 0) + value;
    }
  }
  return sums;
}

async function accepted(scene: EngineScene, cron: CronScene, slot: number): Promise<OpenRun> {
  expect(await cron.take(slot, { mostLive: 0 })).toEqual({ status: 'accepted' });
  const open = (await scene.engine.openRuns(scene.queue)).find(({ field }) => field.startsWith(`${slot}:`));
  if (!open) throw new Error(`the run of ${slot} is not open`);
  return open;
}

function noteOf(scene: EngineScene, { field, jobId }: OpenRun, outcome: CronOutcome): CronNote {
  const line = { field, text: JSON.stringify({ outcome }) };
  return { queue: scene.queue, name: ENTRY, line, outcome, closes: { field, jobId } };
}

/** An attempt after which another one follows. */
function attemptOf(scene: EngineScene, { field }: OpenRun, outcome: CronOutcome, attempt: number): CronNote {
  const line = { field: `${field}:${attempt}`, text: JSON.stringify({ outcome }) };
  return { queue: scene.queue, name: ENTRY, line, outcome };
}

export function cronOutcomesContract(it: SceneTest): void {
  it('counts nothing for a run that is not over', async (scene) => {
    const { cron, now } = await declared(scene);
    await cron.take(now - 1);
    await expectOutcomes(scene, {});
  });

  it('counts every end of a run, and every attempt that another one follows', async (scene) => {
    const { cron, now } = await declared(scene);
    const [first, second, third] = [
      await accepted(scene, cron, now - 5),
      await accepted(scene, cron, now - 4),
      await accepted(scene, cron, now - 3),
    ];
    await scene.engine.noteCron(attemptOf(scene, first, 'failed', 1));
    await scene.second.noteCron(attemptOf(scene, first, 'lost-lock', 2));
    await scene.engine.noteCron(noteOf(scene, first, 'completed'));
    await scene.engine.noteCron(noteOf(scene, second, 'failed'));
    await scene.second.noteCron(noteOf(scene, third, 'skipped'));
    await expectOutcomes(scene, { completed: 1, failed: 2, skipped: 1, 'lost-lock': 1 });
    const told = (await cron.history()).map(({ outcome }) => outcome);
    expect(told.toSorted()).toEqual(['completed', 'failed', 'failed', 'lost-lock', 'skipped']);
  });

  it('counts nothing for a run whose end is known, nor for a line that is there', async (scene) => {
    const { cron, now } = await declared(scene);
    const open = await accepted(scene, cron, now - 1);
    for (const engine of [scene.engine, scene.second]) {
      await engine.noteCron(attemptOf(scene, open, 'failed', 1));
      await engine.noteCron(noteOf(scene, open, 'completed'));
      await engine.noteCron(noteOf(scene, open, 'failed'));
    }
    await expectOutcomes(scene, { completed: 1, failed: 1 });
  });

  it('counts a slot that is skipped because of an overlap, and none that is asked for again or by hand', async (scene) => {
    const { cron, now } = await declared(scene);
    await cron.take(now - 9);
    expect(await cron.take(now - 8)).toMatchObject({ status: 'overlap' });
    expect(await cron.take(now - 8)).toMatchObject({ status: 'taken' });
    expect(await cron.take(now - 7, { kind: 'manual', key: 'by-hand', by: BY })).toMatchObject({ status: 'overlap' });
    await expectOutcomes(scene, { skipped: 1 });
  });

  it('counts every slot that was missed, with or without a line, and once', async (scene) => {
    const { cron, now, mark } = await declared(scene);
    const line = { field: `${now - 5}:x`, text: JSON.stringify({ slot: now - 5, outcome: 'missed' }) };
    const take = { after: mark, missed: [line], missedCount: 250 } as const;
    expect(await cron.take(now - 4, { ...take, kind: 'miss' })).toEqual({ status: 'missed' });
    expect(await cron.take(now - 4, { ...take, kind: 'miss' })).toMatchObject({ status: 'taken' });
    expect(await cron.take(now - 3, { ...take, after: now - 4, missedCount: 2 })).toEqual({ status: 'accepted' });
    await expectOutcomes(scene, { missed: 252 });
  });

  it('counts nothing where nobody decides: before its time, paused, outdated', async (scene) => {
    const { cron, now, mark } = await declared(scene);
    const missed = { after: mark, missed: [], missedCount: 3 };
    expect(await cron.take(now + 60_000, missed)).toMatchObject({ status: 'early' });
    expect(await cron.take(now - 1, { ...missed, fingerprint: 'another' })).toEqual({ status: 'outdated' });
    expect(await cron.take(now - 1, { ...missed, after: now })).toMatchObject({ status: 'behind' });
    await scene.engine.setCronPaused(scene.queue, ENTRY, true, BY);
    expect(await cron.take(now - 1, missed)).toEqual({ status: 'paused' });
    await expectOutcomes(scene, {});
  });

  it('counts alone the entry that it is about, whatever its name', async (scene) => {
    const cron = new CronScene(scene);
    await cron.declare('a:b');
    await cron.declare();
    const { queue } = scene;
    const line = { field: '1:x', text: '{}' };
    await scene.engine.noteCron({ queue, name: 'a:b', line, outcome: 'failed' });
    await scene.engine.noteCron({ queue, name: 'nobody', line, outcome: 'failed' });
    const kept = await scene.engine.keptCron(queue);
    expect(kept.map(({ name, outcomes }) => [name, outcomes.failed])).toEqual([
      ['a:b', 1],
      [ENTRY, 0],
    ]);
    const minute = Math.floor((await scene.engine.storeTime()) / MINUTE_MS);
    const found = await scene.engine.minuteFigures(queue, [minute - 1, minute]);
    expect(found.flatMap(({ figures: told }) => [...told])).toEqual([['cron:failed:a:b', 1]]);
  });

  it('forgets the total with the entry, and leaves the minutes as they were', async (scene) => {
    const { cron, now } = await declared(scene);
    await scene.engine.noteCron(noteOf(scene, await accepted(scene, cron, now - 1), 'completed'));
    await scene.engine.forgetCron(scene.queue, ENTRY, BY);
    await cron.declare();
    const [{ outcomes }] = await scene.engine.keptCron(scene.queue);
    expect(outcomes).toEqual(NONE);
    expect(await figures(scene)).toEqual({ completed: 1 });
  });
}
