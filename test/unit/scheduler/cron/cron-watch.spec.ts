import type { CronDescription } from '../../../../lib/scheduler/cron-entry.js';
import { CronWatch } from '../../../../lib/scheduler/cron-watch.js';
import { fieldOf, slotTake } from '../../../../lib/scheduler/slot-request.js';
import type { SlotTake } from '../../../../lib/engine/cron.port.js';
import { parseJobId } from '../../../../lib/core/job-id.js';
import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { EngineScene } from '../../../support/engine-scene.js';
import { buried, completed } from '../../../support/engine-settlements.js';

const BEGIN = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const BY = { actor: 'ann', reason: 'test' };

/** An entry for every minute, in a store that a test can move through time. */
class Stage {
  readonly clock = new ManualClock(BEGIN);
  readonly engine = new MemoryEngine(this.clock);
  readonly scene = new EngineScene({
    engine: this.engine,
    second: this.engine,
    elapse: (ms) => this.clock.advance(ms),
    close: () => this.engine.close(),
  });
  readonly watches = [1, 2].map(() => new CronWatch({ engine: this.engine }));
  private readonly told: { readonly kind: string; readonly data: string }[] = [];
  private seen = 0;
  /** When the process that declares the entry started. */
  bootedAt = BEGIN;
  description: CronDescription = {
    ...{ schedule: { expression: '* * * * *', zone: { timeZone: 'UTC' }, changes: {} }, lock: 'engine' },
    ...{ overlap: 'skip', mostLive: 1, graceMs: MINUTE, declaredBy: 'Test.run', level: 1, severity: 'error' },
  };

  async declare(): Promise<void> {
    const { bootedAt } = this;
    const definition = JSON.stringify(this.description);
    const entries = [{ name: 'books', fingerprint: 'minutely', definition }];
    await this.engine.declareCron({ queue: this.scene.queue, bootedAt, entries });
  }

  /** Minutes pass, in which a process says that the entry is there. */
  async attended(minutes: number): Promise<void> {
    for (let n = 0; n < minutes; n++) {
      await this.clock.advance(MINUTE);
      await this.declare();
    }
  }

  async accept(slot: number, kind: SlotTake['kind'] = 'run'): Promise<{ jobId: string; field: string }> {
    const { description } = this;
    const owner = { name: 'books', queue: this.scene.queue, fingerprint: 'minutely', description, instance: 'web-1:1' };
    const take = slotTake(owner, { slot, kind, trigger: 'schedule', after: 0 });
    expect(await this.engine.takeSlot(take)).toEqual({ status: 'accepted' });
    const { jobId } = JSON.parse(take.line.text) as { jobId: string };
    return { jobId, field: fieldOf(slot, parseJobId(jobId).op) };
  }

  /** What two instances tell of that look at the same time. */
  async look(): Promise<string[]> {
    try {
      for (const watch of this.watches) await watch.run(this.scene.queue);
    } finally {
      await this.hear();
    }
    return this.told.slice(this.seen, (this.seen = this.told.length)).map(({ kind }) => kind);
  }

  /** The slots that all alerts of a kind so far were about. */
  slotsOf(kind: string): unknown[] {
    const alerts = this.told.filter((alert) => alert.kind === kind);
    return alerts.map(({ data }) => (JSON.parse(data) as { slot: unknown }).slot);
  }

  private async hear(): Promise<void> {
    const alerts = await this.engine.takeAlerts(this.scene.queue, 100, 1);
    const ids = alerts.map(({ entryId }) => entryId);
    await this.engine.acknowledgeAlerts(this.scene.queue, ids);
    this.told.push(...alerts);
  }

  async history(): Promise<unknown[]> {
    return (await this.engine.cronHistory(this.scene.queue, 'books')).map((text) => JSON.parse(text) as unknown);
  }
}

describe('the dead man’s switch', () => {
  let stage: Stage;
  beforeEach(async () => {
    stage = new Stage();
    await stage.declare();
  });

  it('is quiet while slots are decided in time', async () => {
    await stage.attended(1);
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(30_000);
    expect(await stage.look()).toEqual([]);
  });

  it('tells of a slot of which nothing is known within its grace, once over all instances', async () => {
    await stage.attended(3);
    expect(await stage.look()).toEqual(['cron.overdue']);
    expect(await stage.look()).toEqual([]);
  });

  it('tells nothing of a paused entry, nor right after it was resumed', async () => {
    await stage.engine.setCronPaused(stage.scene.queue, 'books', true, BY);
    await stage.attended(5);
    expect(await stage.look()).toEqual([]);
    await stage.engine.setCronPaused(stage.scene.queue, 'books', false, BY);
    await stage.clock.advance(1_000);
    expect(await stage.look()).toEqual([]);
    await stage.attended(2);
    expect(await stage.look()).toEqual(['cron.overdue']);
  });

  it('gives a process that has just started its grace, although slots passed while there was none', async () => {
    await stage.clock.advance(5 * MINUTE);
    stage.bootedAt = stage.clock.now();
    await stage.declare();
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(MINUTE);
    await stage.declare();
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(1);
    expect(await stage.look()).toEqual(['cron.overdue']);
    expect(stage.slotsOf('cron.overdue')).toEqual([BEGIN + MINUTE]);
  });

  it('tells of an entry that nobody declares any more, and is quiet when it was forgotten', async () => {
    await stage.clock.advance(5 * MINUTE);
    expect(await stage.look()).toEqual(['cron.vanished']);
    expect(await stage.look()).toEqual([]);
    await stage.engine.forgetCron(stage.scene.queue, 'books', BY);
    expect(await stage.look()).toEqual([]);
  });

  it('tells of a run that was accepted and that nobody begins', async () => {
    await stage.attended(1);
    await stage.accept(BEGIN + MINUTE);
    await stage.clock.advance(50_000);
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(20_000);
    expect(await stage.look()).toContain('cron.overdue');
  });

  it('tells of a run that takes more than three times as long as nearly all before it', async () => {
    for (let n = 0; n < 6; n++) {
      const line = { field: `${n}:x`, text: '{}' };
      await stage.engine.noteCron({
        queue: stage.scene.queue,
        name: 'books',
        line,
        outcome: 'completed',
        durationMs: 10_000,
      });
    }
    await stage.attended(1);
    await stage.accept(BEGIN + MINUTE);
    await stage.scene.stranger().claim({ demand: [{ type: 'books' }] });
    await stage.clock.advance(29_000);
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(2_000);
    expect(await stage.look()).toEqual(['cron.slow']);
    expect(await stage.look()).toEqual([]);
  });

  it('does not count the time for which a run has waited, nor call those late that wait for it', async () => {
    stage.description = { ...stage.description, overlap: 'queue-one', mostLive: 2 };
    for (let n = 0; n < 6; n++) {
      const line = { field: `${n}:x`, text: '{}' };
      await stage.engine.noteCron({
        ...{ queue: stage.scene.queue, name: 'books', line, outcome: 'completed', durationMs: 10_000 },
      });
    }
    await stage.attended(1);
    await stage.accept(BEGIN + MINUTE);
    await stage.clock.advance(50_000);
    await stage.scene.stranger().claim({ demand: [{ type: 'books' }] });
    await stage.clock.advance(10_000);
    await stage.accept(BEGIN + 2 * MINUTE);
    await stage.declare();
    await stage.clock.advance(15_000);
    expect(await stage.look()).toEqual([]);
    await stage.clock.advance(50_000);
    expect((await stage.look()).filter((kind) => kind !== 'cron.overdue')).toEqual(['cron.slow']);
    expect(stage.slotsOf('cron.overdue')).not.toContain(BEGIN + 2 * MINUTE);
  });

  it('tells once of each of several runs that nobody begins', async () => {
    stage.description = { ...stage.description, overlap: 'allow', mostLive: 0 };
    await stage.attended(5);
    for (let n = 1; n <= 5; n++) await stage.accept(BEGIN + n * MINUTE, 'late');
    await stage.attended(1);
    await stage.clock.advance(30_000);
    await stage.look();
    for (let n = 0; n < 4; n++) {
      await stage.clock.advance(5_000);
      expect(await stage.look()).toEqual([]);
    }
    expect(stage.slotsOf('cron.overdue')).toHaveLength(5);
  });

  it('lets no entry that it can not read hide the others', async () => {
    const schedule = { ...stage.description.schedule, zone: { timeZone: 'Mars/Base' } };
    const definition = JSON.stringify({ ...stage.description, schedule });
    const { queue } = stage.scene;
    const entries = [{ name: 'a', fingerprint: 'mars', definition }];
    await stage.engine.declareCron({ queue, bootedAt: BEGIN, entries });
    await stage.attended(3);
    await expect(stage.look()).rejects.toMatchObject({ code: 'CRON_ZONE_UNKNOWN' });
    expect(stage.slotsOf('cron.overdue')).toHaveLength(1);
  });

  it('leaves the line of a run that was refused as it is', async () => {
    await stage.attended(1);
    const { jobId, field } = await stage.accept(BEGIN + MINUTE);
    const text = JSON.stringify({ slot: BEGIN + MINUTE, outcome: 'skipped', why: 'lock-held', jobId });
    await stage.engine.noteCron({ queue: stage.scene.queue, name: 'books', line: { field, text }, outcome: 'skipped' });
    const worker = stage.scene.stranger();
    const [run] = await worker.claim({ demand: [{ type: 'books' }] });
    await worker.settle(completed(run, { windowMs: 3_600_000 }));
    await stage.clock.advance(20_000);
    await stage.look();
    expect(await stage.engine.openRuns(stage.scene.queue)).toEqual([]);
    expect(await stage.history()).toMatchObject([{ slot: BEGIN + MINUTE, outcome: 'skipped', why: 'lock-held' }]);
    expect((await stage.engine.keptCron(stage.scene.queue))[0].outcomes).toMatchObject({ skipped: 1, completed: 0 });
  });

  it.each([
    ['completed', 'completed'],
    ['buried', 'failed'],
  ] as const)('makes up for the end of a run that %s and that nobody recorded', async (end, outcome) => {
    await stage.attended(1);
    await stage.accept(BEGIN + MINUTE);
    const worker = stage.scene.stranger();
    const [run] = await worker.claim({ demand: [{ type: 'books' }] });
    await worker.settle(end === 'completed' ? completed(run, { windowMs: 3_600_000 }) : buried(run));
    await stage.look();
    expect(await stage.history()).toMatchObject([{ slot: BEGIN + MINUTE }]);
    await stage.clock.advance(20_000);
    await stage.look();
    expect(await stage.history()).toMatchObject([{ slot: BEGIN + MINUTE, outcome }]);
    expect(await stage.engine.openRuns(stage.scene.queue)).toEqual([]);
  });
});
