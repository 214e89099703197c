import type { LockClaim, LockStore, LockTaken } from '../../../../lib/engine/lock-store.port.js';
import { LeasedLockProvider } from '../../../../lib/scheduler/locks/leased-lock.provider.js';
import { LockLostError, LockUnavailableError } from '../../../../lib/core/lock.errors.js';
import type { HeldLock } from '../../../../lib/core/lock-provider.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { lockRequest, quiet } from '../../../support/lock-harness.js';

const TTL_MS = 30_000;

/** A store that says what a test wants, and remembers what it was asked. */
class ScriptedStore implements LockStore {
  readonly renewedAt: number[] = [];
  readonly givenBack: LockClaim[] = [];
  gone: (detail: string) => void = () => undefined;
  take: () => Promise<LockTaken> = () => Promise.resolve({ taken: true, fencingToken: 7 });
  answer: () => Promise<boolean> = () => Promise.resolve(true);

  constructor(private readonly clock: ManualClock) {}

  renew(): Promise<boolean> {
    this.renewedAt.push(this.clock.now());
    return this.answer();
  }

  giveBack(claim: LockClaim): Promise<void> {
    this.givenBack.push(claim);
    return Promise.resolve();
  }
}

describe('a lock that is kept', () => {
  let clock: ManualClock;
  let store: ScriptedStore;
  let warnings: string[];
  let provider: LeasedLockProvider;
  beforeEach(() => {
    clock = new ManualClock(0);
    store = new ScriptedStore(clock);
    warnings = [];
    const logger = { ...quiet, warn: (line: string) => void warnings.push(line) };
    const port: LockStore = {
      take: (_, gone) => {
        store.gone = gone;
        return store.take();
      },
      renew: () => store.renew(),
      giveBack: (claim) => store.giveBack(claim),
    };
    provider = new LeasedLockProvider({ store: port, clock, logger });
  });
  const acquired = async (): Promise<HeldLock> => {
    const answer = await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: TTL_MS }));
    if (!answer.acquired) throw new Error(answer.reason);
    return answer.lock;
  };
  const never = (): Promise<never> => new Promise(() => undefined);
  const unavailable = (): Promise<never> => Promise.reject(new Error('the store is away'));

  it('is renewed every third of its time, and never once it was given back', async () => {
    const lock = await acquired();
    await clock.advance('35s');
    expect(store.renewedAt).toEqual([10_000, 20_000, 30_000]);
    await lock.release();
    await clock.advance('2m');
    expect(store.renewedAt).toHaveLength(3);
    expect(lock.lost.aborted).toBe(false);
    expect(store.givenBack).toHaveLength(1);
  });

  it('is lost at once when the store says so, and not given back by itself', async () => {
    const lock = await acquired();
    store.answer = () => Promise.resolve(false);
    await clock.advance('10s');
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    expect(String(lock.lost.reason)).toContain("'nightly' was lost: it was removed");
    await clock.advance('2m');
    expect(store.renewedAt).toHaveLength(1);
    expect(store.givenBack).toEqual([]);
  });

  it('survives an outage that is shorter than its time, asking often', async () => {
    const lock = await acquired();
    store.answer = unavailable;
    await clock.advance('25s');
    store.answer = () => Promise.resolve(true);
    await clock.advance('30s');
    expect(lock.lost.aborted).toBe(false);
    expect(store.renewedAt.filter((at) => at <= 25_000).length).toBeGreaterThan(5);
  });

  it.each([
    ['refuses', unavailable],
    ['never answers', never],
  ])('is lost before its time is over when the store %s', async (_, answer) => {
    const lock = await acquired();
    await clock.advance('15s');
    store.answer = answer;
    // The last answer was to what was asked at 10 s.
    await clock.advance(36_999 - 15_000);
    expect(lock.lost.aborted).toBe(false);
    await clock.advance(1);
    expect(lock.lost.aborted).toBe(true);
    expect(String(lock.lost.reason)).toContain('could not be renewed within its time of 30000 ms');
  });

  it('counts from when it was asked for, not from the answer', async () => {
    let answer: (taken: LockTaken) => void = () => undefined;
    store.take = () => new Promise((resolve) => (answer = resolve));
    store.answer = never;
    const asking = acquired();
    await clock.advance('20s');
    answer({ taken: true, fencingToken: 7 });
    const lock = await asking;
    await clock.advance(6_999);
    expect(lock.lost.aborted).toBe(false);
    await clock.advance(1);
    expect(lock.lost.aborted).toBe(true);
  });

  it('is not used when the answer comes too late, and is given back', async () => {
    let answer: (taken: LockTaken) => void = () => undefined;
    store.take = () => new Promise((resolve) => (answer = resolve));
    const asking = acquired();
    await clock.advance('27s');
    answer({ taken: true, fencingToken: 7 });
    await expect(asking).rejects.toBeInstanceOf(LockUnavailableError);
    expect(store.givenBack).toHaveLength(1);
  });

  it('is lost when a renewal is answered after its time: the process was frozen in between', async () => {
    let now = 0;
    const timers: { at: number; run: () => void }[] = [];
    const frozen = {
      now: () => now,
      schedule: (ms: number, run: () => void) => {
        timers.push({ at: now + ms, run });
        return () => undefined;
      },
    };
    let answer: (isHeld: boolean) => void = () => undefined;
    const port: LockStore = {
      take: () => Promise.resolve({ taken: true, fencingToken: 7 }),
      renew: () => new Promise((resolve) => (answer = resolve)),
      giveBack: () => Promise.resolve(),
    };
    const alone = new LeasedLockProvider({ store: port, clock: frozen, logger: quiet });
    const got = await alone.acquire(lockRequest({ entry: 'nightly', ttlMs: TTL_MS }));
    now = 10_000;
    timers.find(({ at }) => at === 10_000)?.run();
    now = 60_000;
    answer(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(got).toMatchObject({ acquired: true, lock: { lost: { aborted: true } } });
  });

  it('is lost when the store sees by itself that it is gone, also before the answer was used', async () => {
    const lock = await acquired();
    store.gone('the connection ended');
    expect(String(lock.lost.reason)).toContain('the connection ended');
    store.take = () => {
      store.gone('gone already');
      return Promise.resolve({ taken: true, fencingToken: 8 });
    };
    await expect(acquired()).rejects.toThrow('was gone before it could be used: gone already');
  });

  it('asked for in vain is given back, for it may have been taken', async () => {
    store.take = unavailable;
    await expect(acquired()).rejects.toMatchObject({
      code: 'LOCK_UNAVAILABLE',
      cause: { message: 'the store is away' },
    });
    expect(store.givenBack).toHaveLength(1);
  });

  it('that can not be given back is told in the log, not to the run', async () => {
    const lock = await acquired();
    store.giveBack = unavailable;
    await expect(lock.release()).resolves.toBeUndefined();
    expect(warnings).toEqual([expect.stringContaining("'nightly' could not be given back and ends with its time")]);
  });

  it('shows who has it in 200 characters at most', async () => {
    const answer = await provider.acquire(lockRequest({ entry: 'nightly', holder: 'x'.repeat(500) }));
    if (answer.acquired) await answer.lock.release();
    expect(store.givenBack[0].holder).toHaveLength(200);
  });
});
