import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Cron,
  CronExpression,
  CronRun,
  CronService,
  DeadLetterService,
  NonRetryableJobError,
  type CronRecord,
} from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';

const NOON = Date.UTC(2030, 0, 1, 12);
const BY = { actor: 'ada@example.org', reason: 'the books were corrected' };
const MINUTE = 60_000;

@Injectable()
class Books {
  readonly runs: { slot: number; trigger: string; attempt: number }[] = [];
  work: (run: CronRun) => Promise<void> | void = () => undefined;

  @Cron('*/5 * * * *', { name: 'reconcile', timeZone: 'UTC', maxRetries: 1, backoff: { type: 'fixed', delay: '10s' } })
  async reconcile(run: CronRun): Promise<void> {
    this.runs.push({ slot: run.slot, trigger: run.trigger, attempt: run.attempt });
    await this.work(run);
  }

  plain = 0;

  @Cron(CronExpression.EVERY_HOUR, { timeZone: 'UTC' })
  count(): void {
    this.plain++;
  }
}

describe('cron entries', () => {
  let testing: TestingModule;
  let vigil: VigilTesting;
  let books: Books;
  let cron: CronService;
  const outcomes = async (): Promise<(string | undefined)[]> =>
    (await cron.history('reconcile')).map(({ outcome }) => outcome);

  beforeEach(async () => {
    testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot({ startAt: NOON })],
      providers: [Books],
    }).compile();
    [vigil, books, cron] = [testing.get(VigilTesting), testing.get(Books), testing.get(CronService)];
    await vigil.run();
  });
  afterEach(() => testing.close());

  it('run at each slot once, each run a job with its slot as its key', async () => {
    await vigil.advance('15m');
    const slots = [5, 10, 15].map((minutes) => NOON + minutes * MINUTE);
    expect(books.runs).toEqual(slots.map((slot) => ({ slot, trigger: 'schedule', attempt: 1 })));
    expect(await cron.history('reconcile')).toMatchObject(
      slots.toReversed().map((slot) => ({ slot, outcome: 'completed', trigger: 'schedule', startedAt: slot })),
    );
  });

  it('may be synchronous and take nothing, under the name of class and method', async () => {
    await vigil.advance('2h');
    expect(books.plain).toBe(2);
    expect((await cron.list()).map(({ name }) => name)).toEqual(['Books.count', 'reconcile']);
  });

  it('are tried again when they fail, and end among the dead letters, from where they come back with their slot', async () => {
    books.work = () => {
      throw new Error('no connection');
    };
    await vigil.advance('5m');
    await vigil.advance('10s');
    expect(books.runs.map(({ attempt }) => attempt)).toEqual([1, 2]);
    expect(await outcomes()).toEqual(['failed', 'failed']);
    const [letter] = (await testing.get(DeadLetterService).list()).items;
    expect(letter).toMatchObject({
      name: 'reconcile',
      reason: 'exhausted',
      idempotencyKey: '2030-01-01T12:05:00.000Z',
    });
    books.work = () => undefined;
    await testing.get(DeadLetterService).replay(letter.id, BY);
    await vigil.run();
    expect(books.runs.at(-1)).toMatchObject({ slot: NOON + 5 * MINUTE });
    const lines = (await cron.history('reconcile')).map(({ outcome, attempt, life }) => ({ outcome, attempt, life }));
    expect(lines).toEqual([
      { outcome: 'completed', attempt: 1, life: 1 },
      { outcome: 'failed', attempt: 2 },
      { outcome: 'failed', attempt: 1 },
    ]);
    expect((await cron.list()).find(({ name }) => name === 'reconcile')?.last).toMatchObject({ outcome: 'completed' });
  });

  it('are skipped while the run before is not over, which is recorded', async () => {
    let end: () => void = () => undefined;
    books.work = () => new Promise<void>((resolve) => (end = resolve));
    await vigil.advance('12m');
    expect(books.runs).toHaveLength(1);
    expect(await cron.history('reconcile')).toMatchObject<Partial<CronRecord>[]>([
      { slot: NOON + 10 * MINUTE, outcome: 'skipped', why: 'overlap' },
      { slot: NOON + 5 * MINUTE },
    ]);
    expect(await cron.list()).toMatchObject([{ name: 'Books.count' }, { name: 'reconcile', state: 'running' }]);
    expect(await cron.runNow('reconcile', BY)).toMatchObject({ status: 'overlap' });
    end();
    books.work = () => undefined;
    await vigil.advance('5m');
    expect(books.runs.map(({ slot }) => slot)).toEqual([NOON + 5 * MINUTE, NOON + 15 * MINUTE]);
  });

  it('run when somebody asks, which moves no slot', async () => {
    await vigil.advance('1m');
    const receipt = await cron.runNow('reconcile', BY);
    await vigil.run();
    expect(books.runs).toEqual([{ slot: NOON + MINUTE, trigger: 'manual', attempt: 1 }]);
    await vigil.advance('4m');
    expect(books.runs.at(-1)).toMatchObject({ slot: NOON + 5 * MINUTE, trigger: 'schedule' });
    const manual = (await cron.history('reconcile')).find(({ trigger }) => trigger === 'manual');
    expect(manual).toMatchObject({ outcome: 'completed', jobId: receipt.status === 'accepted' && receipt.jobId });
  });

  it('rest while they are paused; of the slots that passed the last is made up for', async () => {
    await cron.pause('reconcile', BY);
    await vigil.advance('12m');
    expect(books.runs).toEqual([]);
    expect(await cron.list()).toMatchObject([{}, { state: 'paused', nextSlots: [] }]);
    await cron.resume('reconcile', BY);
    await vigil.run();
    expect(books.runs).toEqual([{ slot: NOON + 10 * MINUTE, trigger: 'catch-up', attempt: 1 }]);
    expect(await cron.history('reconcile')).toMatchObject([
      { slot: NOON + 10 * MINUTE, outcome: 'completed' },
      { slot: NOON + 5 * MINUTE, outcome: 'missed', why: 'paused' },
    ]);
  });

  it('are refused by no name that nobody knows', async () => {
    await expect(cron.history('reconsile')).rejects.toMatchObject({ code: 'CRON_UNKNOWN' });
    await expect(cron.pause('reconcile', { actor: '', reason: '' })).rejects.toMatchObject({
      code: 'ACTOR_AND_REASON_REQUIRED',
    });
  });

  it('remember steps over their attempts', async () => {
    let effects = 0;
    books.work = async (run) => {
      await run.step('charge', () => ++effects);
      if (run.attempt === 1) throw new Error('no connection');
    };
    await vigil.advance('5m');
    await vigil.advance('10s');
    expect(effects).toBe(1);
    expect(await outcomes()).toEqual(['completed', 'failed']);
  });

  it('are buried at once by an error that no retry helps', async () => {
    books.work = () => {
      throw new NonRetryableJobError('no books');
    };
    await vigil.advance('5m');
    expect(await cron.history('reconcile')).toMatchObject([
      { outcome: 'failed', error: { name: 'NonRetryableJobError', message: 'no books' } },
    ]);
  });
});
