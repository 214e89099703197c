import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  Cron,
  CronRun,
  CronService,
  DeadLetterService,
  LockLostError,
  LockProvider,
  LockUnavailableError,
  type HeldLock,
  type LockAnswer,
  type LockRequest,
} from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';
import { eventually } from '../../support/eventually.js';

const NOON = Date.UTC(2030, 0, 1, 12);
const SLOT = NOON + 60_000;
const BY = { actor: 'ada', reason: 'now' };

/** Answers what the test says, and remembers what it was asked. */
@Injectable()
class StagedLocks extends LockProvider {
  readonly asked: LockRequest[] = [];
  readonly given: { lose: AbortController; released: boolean }[] = [];
  refusals: (LockAnswer | Error)[] = [];
  /** Until when nothing is answered. */
  answering: Promise<void> | undefined;

  async acquire(request: LockRequest): Promise<LockAnswer> {
    this.asked.push(request);
    await this.answering;
    const refusal = this.refusals.shift();
    if (refusal instanceof Error) throw refusal;
    if (refusal) return refusal;
    const given = { lose: new AbortController(), released: false };
    this.given.push(given);
    const lock: HeldLock = {
      fencingToken: this.given.length,
      lost: given.lose.signal,
      release: async () => void (given.released = true),
    };
    return { acquired: true, lock };
  }
}

@Injectable()
class Books {
  runs = 0;
  work: (run: CronRun) => Promise<void> | void = () => undefined;

  @Cron('* * * * *', { name: 'reconcile', timeZone: 'UTC', lock: StagedLocks, missed: 'all', timeout: '30s' })
  async reconcile(run: CronRun): Promise<void> {
    this.runs++;
    await this.work(run);
  }
}

describe('the lock of a run', () => {
  let testing: TestingModule;
  let vigil: VigilTesting;
  let books: Books;
  let locks: StagedLocks;
  let cron: CronService;
  beforeEach(async () => {
    testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot({ startAt: NOON })],
      providers: [Books, StagedLocks],
    }).compile();
    [vigil, books, locks] = [testing.get(VigilTesting), testing.get(Books), testing.get(StagedLocks)];
    cron = testing.get(CronService);
    await vigil.run();
  });
  afterEach(() => testing.close());

  it('is asked for with entry and slot, given to the method, and released at its end', async () => {
    books.work = (run) => {
      expect(run.lock?.fencingToken).toBe(1);
      expect(run.fencingToken).toBe(1);
      expect(locks.given[0].released).toBe(false);
    };
    await vigil.advance('1m');
    expect(locks.asked).toMatchObject([
      { entry: 'reconcile', slot: SLOT, movesMark: true, per: 'entry', ttlMs: 3_600_000 },
    ]);
    expect(locks.given[0].released).toBe(true);
    expect(await cron.history('reconcile')).toMatchObject([{ slot: SLOT, outcome: 'completed' }]);
  });

  it('aborts the run when it is lost; the same slot is tried again, uncounted, and no saved step is repeated', async () => {
    let effects = 0;
    let reason: unknown;
    books.work = async (run) => {
      await run.step('charge', () => ++effects);
      if (run.attempt > 1) return;
      const stopped = new Promise<void>((_, reject) => {
        run.signal.addEventListener('abort', () => {
          reason = run.signal.reason;
          reject(new Error('stopped'));
        });
      });
      locks.given[0].lose.abort(new LockLostError('reconcile', 'it was removed'));
      await stopped;
    };
    await vigil.advance('1m');
    expect(reason).toBeInstanceOf(LockLostError);
    await vigil.advance('1s');
    expect(books.runs).toBe(2);
    expect(effects).toBe(1);
    expect(locks.asked[1]).toMatchObject({ slot: SLOT, run: locks.asked[0].run });
    expect(await cron.history('reconcile')).toMatchObject([
      { slot: SLOT, outcome: 'completed', attempt: 2 },
      { slot: SLOT, outcome: 'lost-lock', attempt: 1, error: { name: 'LockLostError' } },
    ]);
    expect((await testing.get(DeadLetterService).list()).items).toEqual([]);
  });

  it('goes with the attempt: a method that does not obey is left behind, and the slot tried again', async () => {
    let end: () => void = () => undefined;
    books.work = (run) =>
      run.attempt > 1
        ? undefined
        : new Promise<void>((resolve) => {
            end = resolve;
            locks.given[0].lose.abort(new LockLostError('reconcile', 'it was removed'));
          });
    await vigil.advance('1m');
    await vigil.advance('6s');
    end();
    await vigil.advance('10s');
    expect(books.runs).toBe(2);
    expect((await cron.history('reconcile')).map(({ outcome }) => outcome)).toEqual(['completed', 'lost-lock']);
  });

  it('that somebody else holds skips the slot, and says who', async () => {
    locks.refusals = [{ acquired: false, reason: 'held', holder: 'web-7:1' }];
    await vigil.advance('1m');
    expect(books.runs).toBe(0);
    expect(await cron.history('reconcile')).toMatchObject([
      { slot: SLOT, outcome: 'skipped', why: 'lock-held', by: 'web-7:1' },
    ]);
  });

  it.each(['slot-taken', 'paused'] as const)('refused as %s skips the slot for good', async (reason) => {
    locks.refusals = [{ acquired: false, reason, holder: 'web-7:1' }];
    await vigil.advance('1m');
    expect(books.runs).toBe(0);
    expect(await cron.history('reconcile')).toMatchObject([{ slot: SLOT, outcome: 'skipped', why: reason }]);
  });

  it('is waited for where it can not be asked for or is early, which counts as no failure', async () => {
    locks.refusals = [
      new LockUnavailableError('no connection'),
      { acquired: false, reason: 'early', remainingMs: 500 },
    ];
    await vigil.advance('1m');
    await vigil.advance('7s');
    expect(books.runs).toBe(1);
    expect(locks.asked.map(({ movesMark }) => movesMark)).toEqual([true, true, true]);
    expect(await cron.history('reconcile')).toMatchObject([{ slot: SLOT, outcome: 'completed', attempt: 3 }]);
  });

  it('that is given when the attempt is over is given back, and nothing runs', async () => {
    let answer: () => void = () => undefined;
    locks.answering = new Promise((resolve) => (answer = resolve));
    await vigil.advance('1m');
    expect(locks.asked).toHaveLength(1);
    await vigil.advance('30s');
    locks.answering = undefined;
    answer();
    await eventually(() => locks.given[0]?.released === true);
    await vigil.run();
    expect(books.runs).toBe(0);
    await vigil.advance('30s');
    expect(books.runs).toBe(1);
    expect((await cron.list())[0]).toMatchObject({ live: 0 });
    expect((await cron.history('reconcile')).map(({ outcome }) => outcome)).toEqual(['completed', 'failed']);
  });

  it('is waited for by each of several slots that are made up for', async () => {
    await cron.pause('reconcile', BY);
    await vigil.advance('3m');
    locks.refusals = Array.from({ length: 3 }, () => ({ acquired: false, reason: 'held', holder: 'web-7:1' }) as const);
    await cron.resume('reconcile', BY);
    await vigil.run();
    await vigil.advance('20s');
    expect(books.runs).toBe(3);
    expect((await cron.history('reconcile')).map(({ outcome }) => outcome)).toEqual(Array(3).fill('completed'));
  });

  it('is not kept by a run with a payload that somebody has spoilt: such an edit is refused', async () => {
    books.work = () => {
      throw new Error('no books');
    };
    await vigil.advance('1m');
    const letters = testing.get(DeadLetterService);
    const [{ id }] = (await letters.list()).items;
    const edit = { payload: { slot: 'yesterday', trigger: 'schedule' } };
    await expect(letters.replay(id, { ...BY, edit })).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringMatching(/reconcile: .*slot: must be the slot in milliseconds/),
    });
    books.work = () => undefined;
    await letters.replay(id, { ...BY, edit: { payload: { slot: SLOT, trigger: 'schedule' } } });
    await vigil.run();
    expect(books.runs).toBe(2);
    expect(locks.given.map(({ released }) => released)).toEqual([true, true]);
  });

  it('is waited for by a run that somebody asked for', async () => {
    locks.refusals = [{ acquired: false, reason: 'held', holder: 'web-7:1' }];
    await cron.runNow('reconcile', BY);
    await vigil.run();
    expect(books.runs).toBe(0);
    await vigil.advance('1s');
    expect(books.runs).toBe(1);
    expect(locks.asked.map(({ movesMark }) => movesMark)).toEqual([false, false]);
  });
});
