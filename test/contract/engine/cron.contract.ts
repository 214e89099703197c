import { newOp, parseJobId } from '../../../lib/core/job-id.js';
import type { EngineScene } from '../../support/engine-scene.js';
import { completed } from '../../support/engine-settlements.js';
import { CronScene, DAILY, ENTRY } from '../../support/cron-scene.js';
import type { SceneTest } from './scene-test.js';

const BY = { actor: 'ann', reason: 'the books were corrected' };
const demand = [{ type: ENTRY }];

/** An entry that is known, and the store's time a moment later. */
async function declared(scene: EngineScene): Promise<{ cron: CronScene; now: number }> {
  const cron = new CronScene(scene);
  await cron.declare();
  await scene.elapse(20);
  const { now } = await cron.declare();
  return { cron, now };
}

export function cronContract(it: SceneTest): void {
  it('gives each slot once, whoever asks and however often, and none before it', async (scene) => {
    const { cron, now } = await declared(scene);
    const other = new CronScene(scene, scene.second);
    expect(await cron.take(now - 2)).toEqual({ status: 'accepted' });
    expect(await other.take(now - 2)).toEqual({ status: 'taken', by: 'web-1:1' });
    expect(await other.take(now - 5)).toMatchObject({ status: 'taken' });
    const claimed = await scene.stranger().claim({ demand });
    expect(claimed.map(({ payload }) => JSON.parse(payload) as unknown)).toEqual([{ slot: now - 2 }]);
    expect(await cron.history()).toMatchObject([{ slot: now - 2 }]);
  });

  it('answers a repetition of the same request as the first', async (scene) => {
    const { cron, now } = await declared(scene);
    const request = cron.request(now - 2);
    expect(await scene.engine.takeSlot(request)).toEqual({ status: 'accepted' });
    expect(await scene.engine.takeSlot(request)).toEqual({ status: 'accepted' });
    expect(await scene.stats(ENTRY)).toMatchObject({ waiting: 1, accepted: 1 });
  });

  it('refuses a slot that lies ahead of the store by more than a second, and says by how much', async (scene) => {
    const { cron, now } = await declared(scene);
    const answer = await cron.take(now + 60_000);
    expect(answer).toMatchObject({ status: 'early' });
    expect((answer as { remainingMs: number }).remainingMs).toBeGreaterThan(50_000);
    expect(await cron.take(now + 500)).toEqual({ status: 'accepted' });
  });

  it('begins an entry that it did not know now, and one that is declared in another way', async (scene) => {
    const { cron, now } = await declared(scene);
    expect((await cron.declare()).mark).toBeLessThan(now);
    await scene.elapse(20);
    const changed = await cron.declare(ENTRY, 'another', 2);
    expect(changed.mark).toBe(changed.now);
    expect(await cron.take(changed.now, { fingerprint: 'another' })).toMatchObject({ status: 'taken' });
  });

  it('obeys the definition of whoever started last, as long as somebody declares it', async (scene) => {
    const cron = new CronScene(scene);
    await cron.declare(ENTRY, 'new', 2);
    expect(await cron.declare(ENTRY, DAILY, 1)).toMatchObject({ isOutdated: true });
    await scene.elapse(5);
    const { now } = await cron.declare(ENTRY, 'new', 2);
    expect(await cron.take(now - 1)).toEqual({ status: 'outdated' });
    expect(await cron.take(now - 1, { fingerprint: 'new' })).toEqual({ status: 'accepted' });
  });

  it('skips a slot while there are as many runs as there may be, records it and raises one alert', async (scene) => {
    const { cron, now } = await declared(scene);
    await cron.take(now - 9);
    const worker = scene.stranger();
    const [run] = await worker.claim({ demand });
    expect(await cron.take(now - 8)).toEqual({ status: 'overlap', by: worker.id });
    expect(await cron.take(now - 8)).toMatchObject({ status: 'taken' });
    expect(await cron.history()).toMatchObject([{ slot: now - 8, why: 'overlap', by: worker.id }, { slot: now - 9 }]);
    expect(await cron.alerts()).toEqual([
      { kind: 'cron.skipped', data: { name: ENTRY, slot: now - 8, why: 'overlap', by: worker.id } },
    ]);
    expect(await cron.take(now - 7, { mostLive: 2 })).toEqual({ status: 'accepted' });
    expect(await cron.take(now - 6, { mostLive: 2 })).toMatchObject({ status: 'overlap' });
    expect(await cron.take(now - 5, { mostLive: 0 })).toEqual({ status: 'accepted' });
    expect(await cron.take(now - 4, { kind: 'late' })).toEqual({ status: 'accepted' });
    await worker.settle(completed(run));
  });

  it('says where the entry stands when slots before the one that is asked for were not decided', async (scene) => {
    const { cron, now } = await declared(scene);
    const { mark } = await cron.declare();
    expect(await cron.take(now - 1, { after: now - 5 })).toEqual({ status: 'behind', mark });
    const missed = [{ field: `${now - 5}:x`, text: JSON.stringify({ slot: now - 5, outcome: 'missed' }) }];
    expect(await cron.take(now - 1, { after: now - 5, missed, missedCount: 1 })).toEqual({ status: 'behind', mark });
    expect(await cron.take(now - 1, { after: mark, missed, missedCount: 1 })).toEqual({ status: 'accepted' });
    expect(await cron.history()).toMatchObject([{ slot: now - 1 }, { slot: now - 5, outcome: 'missed' }]);
    expect(await cron.alerts()).toMatchObject([{ kind: 'cron.missed', data: { slots: 1 } }]);
  });

  it('records slots that are not run, moves the mark, and is not asked twice', async (scene) => {
    const { cron, now } = await declared(scene);
    const { mark } = await cron.declare();
    const missed = [{ field: `${now - 1}:x`, text: JSON.stringify({ slot: now - 1, outcome: 'missed' }) }];
    const take = { kind: 'miss', after: mark, missed, missedCount: 1 } as const;
    expect(await cron.take(now - 1, take)).toEqual({ status: 'missed' });
    expect(await cron.take(now - 1, take)).toMatchObject({ status: 'taken' });
    expect(await cron.history()).toHaveLength(1);
    await expect(scene.stranger().claim({ demand })).resolves.toEqual([]);
  });

  it('gives no slot while it is paused, for everybody, and tells afterwards when that was', async (scene) => {
    const { cron, now } = await declared(scene);
    expect(await scene.second.setCronPaused(scene.queue, ENTRY, true, BY)).toBe(false);
    expect(await scene.engine.setCronPaused(scene.queue, ENTRY, true, BY)).toBe(true);
    expect(await cron.take(now - 1)).toEqual({ status: 'paused' });
    expect(await cron.declare()).toMatchObject({ isPaused: true });
    expect(await scene.engine.setCronPaused(scene.queue, ENTRY, false, BY)).toBe(true);
    const behind = await cron.take(now - 1, { after: now + 99_999 });
    expect(behind).toMatchObject({ status: 'behind' });
    const { pausedAt = 0, resumedAt = 0 } = behind as { pausedAt?: number; resumedAt?: number };
    expect(pausedAt).toBeGreaterThanOrEqual(now);
    expect(resumedAt).toBeGreaterThanOrEqual(pausedAt);
    expect(await cron.take(now - 1)).toEqual({ status: 'accepted' });
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([
      { action: 'cron-resume', ...BY, target: ENTRY },
      { action: 'cron-pause', before: '{"paused":true}' },
      { action: 'cron-pause', before: '{"paused":false}' },
    ]);
    expect(await scene.engine.setCronPaused(scene.queue, 'nobody', true, BY)).toBeUndefined();
  });

  it('runs by hand what is paused, moves no mark, and writes into the audit who asked', async (scene) => {
    const { cron, now } = await declared(scene);
    await scene.engine.setCronPaused(scene.queue, ENTRY, true, BY);
    const { mark } = await cron.declare();
    const byHand = { kind: 'manual', key: `by-hand-${newOp()}`, by: BY } as const;
    expect(await cron.take(now, byHand)).toEqual({ status: 'accepted' });
    expect(await cron.take(now, { ...byHand, key: 'again' })).toMatchObject({ status: 'overlap' });
    expect((await cron.declare()).mark).toBe(mark);
    expect(await cron.alerts()).toEqual([]);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items).toMatchObject([{ action: 'cron-run' }, { action: 'cron-run', ...BY, target: ENTRY }, {}]);
  });

  it('keeps the end of a run once, and the durations of the last 20', async (scene) => {
    const { cron, now } = await declared(scene);
    const request = cron.request(now - 1);
    await scene.engine.takeSlot(request);
    const [open] = await scene.second.openRuns(scene.queue);
    expect(open).toMatchObject({ name: ENTRY, field: request.line.field });
    expect(await scene.engine.get(parseJobId(open.jobId))).toMatchObject({
      state: 'waiting',
    });
    const note = { queue: scene.queue, name: ENTRY, closes: open, outcome: 'completed', durationMs: 7 } as const;
    const line = (outcome: string): { field: string; text: string } => ({
      field: open.field,
      text: JSON.stringify({ slot: now - 1, outcome }),
    });
    await scene.engine.noteCron({ ...note, line: line('completed') });
    await scene.engine.noteCron({ ...note, line: line('failed') });
    expect(await cron.history()).toEqual([{ slot: now - 1, outcome: 'completed' }]);
    expect(await scene.engine.openRuns(scene.queue)).toEqual([]);
    for (let n = 1; n <= 25; n++) {
      const { queue } = scene;
      const line = { field: `${now}:${n}`, text: '{}' };
      await scene.engine.noteCron({ queue, name: ENTRY, line, outcome: 'completed', durationMs: n });
    }
    const [kept] = await scene.engine.keptCron(scene.queue);
    expect(kept.durations).toEqual(Array.from({ length: 20 }, (_, i) => 25 - i));
    expect(kept).toMatchObject({ name: ENTRY, fingerprint: DAILY, live: 1, isPaused: false, bootedAt: 1 });
  });

  it('keeps the newest 100 lines, and none that is older than 90 days', async (scene) => {
    const { cron, now } = await declared(scene);
    const note = (slot: number): Promise<void> =>
      scene.engine.noteCron({
        ...{ queue: scene.queue, name: ENTRY, outcome: 'completed' },
        line: { field: `${slot}:x`, text: JSON.stringify({ slot }) },
      });
    await note(now - 91 * 86_400_000);
    for (let n = 0; n < 110; n++) await note(now + n);
    const slots = (await cron.history()).map(({ slot }) => slot);
    expect(slots).toEqual(Array.from({ length: 100 }, (_, n) => now + 109 - n));
  });

  it('puts a line that is written again last, the attempts of a run in their order, and keeps ten of them', async (scene) => {
    const { cron, now } = await declared(scene);
    const note = (field: string, text: object): Promise<void> =>
      scene.engine.noteCron({
        ...{ queue: scene.queue, name: ENTRY, outcome: 'failed' },
        line: { field, text: JSON.stringify(text) },
      });
    await note(`${now - 1}:aa`, { slot: now - 1 });
    await note(`${now}:bb`, { attempt: 0 });
    for (let attempt = 1; attempt <= 121; attempt++) await note(`${now}:bb:${attempt}`, { attempt });
    await note(`${now}:bb`, { attempt: 122 });
    await note(`${now}:bb:l1:1`, { life: 1, attempt: 1 });
    await note(`${now}:bb:l1`, { life: 1, attempt: 2 });
    const [kept] = await scene.engine.keptCron(scene.queue);
    expect(JSON.parse(kept.last!)).toEqual({ life: 1, attempt: 2 });
    await note(`${now}:bb`, { attempt: 123 });
    expect(JSON.parse((await scene.engine.keptCron(scene.queue))[0].last!)).toEqual({ attempt: 123 });
    expect(await cron.history()).toEqual([
      ...[{ life: 1, attempt: 2 }, { life: 1, attempt: 1 }, { attempt: 123 }],
      ...Array.from({ length: 10 }, (_, n) => ({ attempt: 121 - n })),
      { slot: now - 1 },
    ]);
  });

  it('shows no line that is older than 90 days, although nothing was written since', async (scene) => {
    const { cron, now } = await declared(scene);
    const slot = now - 200 * 86_400_000;
    const line = { field: `${slot}:x`, text: JSON.stringify({ slot }) };
    await scene.engine.noteCron({ queue: scene.queue, name: ENTRY, line, outcome: 'completed' });
    expect(await cron.history()).toEqual([]);
  });

  it('raises an alert once for each thing that it may be about', async (scene) => {
    const { cron } = await declared(scene);
    const alert = { kind: 'cron.overdue', about: '17', data: JSON.stringify({ name: ENTRY, slot: 17 }) } as const;
    expect(await scene.engine.alertCron(scene.queue, ENTRY, alert)).toBe(true);
    expect(await scene.second.alertCron(scene.queue, ENTRY, alert)).toBe(false);
    expect(await scene.engine.alertCron(scene.queue, ENTRY, { ...alert, about: '18' })).toBe(true);
    expect(await scene.engine.alertCron(scene.queue, ENTRY, { ...alert, kind: 'cron.slow' })).toBe(true);
    for (const about of ['17', '18', '17'])
      expect(await scene.second.alertCron(scene.queue, ENTRY, { ...alert, about })).toBe(false);
    expect(await scene.engine.alertCron(scene.queue, ENTRY, { ...alert, about: '1' })).toBe(true);
    expect(await cron.alerts()).toHaveLength(4);
  });

  it('forgets an entry with its history, and says so in the audit', async (scene) => {
    const { cron, now } = await declared(scene);
    await cron.take(now - 1);
    expect(await scene.engine.openRuns(scene.queue)).toHaveLength(1);
    expect(await scene.engine.forgetCron(scene.queue, ENTRY, BY)).toBe(true);
    expect(await scene.engine.openRuns(scene.queue)).toEqual([]);
    expect(await scene.engine.forgetCron(scene.queue, ENTRY, BY)).toBe(false);
    expect(await scene.engine.keptCron(scene.queue)).toEqual([]);
    expect(await cron.history()).toEqual([]);
    expect((await scene.engine.audit(scene.queue, 1)).items).toMatchObject([{ action: 'cron-forget', target: ENTRY }]);
    expect(await scene.stranger().claim({ demand })).toHaveLength(1);
  });
}
