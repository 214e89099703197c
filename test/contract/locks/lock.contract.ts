import { VigilError } from '../../../lib/core/vigil.error.js';
import { LockLostError } from '../../../lib/core/lock.errors.js';
import type { HeldLock, LockAnswer, LockProvider, LockRequest } from '../../../lib/core/lock-provider.js';
import { eventually } from '../../support/eventually.js';
import { lockClaim, lockRequest, type LockHarness } from '../../support/lock-harness.js';

/** Longer than a live holder may be silent, by as much as a busy machine is late. */
const PAST_TTL_MS = 1_400;

let entries = 0;
const freshEntry = (): string => `entry-${++entries}`;

export function taken(answer: LockAnswer): HeldLock {
  if (!answer.acquired) throw new Error(`not acquired: ${JSON.stringify(answer)}`);
  return answer.lock;
}

/** The specification of the lock port. A provider is one when it passes. */
export function lockContract(name: string, createHarness: () => Promise<LockHarness>): void {
  describe(`the lock contract, kept by ${name}`, () => {
    let harness: LockHarness;
    let first: LockProvider;
    let second: LockProvider;
    let entry: string;
    const ask = (provider: LockProvider, asked: Partial<LockRequest> = {}): Promise<LockAnswer> =>
      provider.acquire(lockRequest({ entry, ...asked }));

    beforeAll(async () => {
      harness = await createHarness();
      ({ first, second } = harness);
    });
    afterAll(() => harness?.close());
    beforeEach(() => {
      entry = freshEntry();
    });

    describe('one holder', () => {
      it('has the lock at a time, and the others are told who', async () => {
        const lock = taken(await ask(first, { slot: 1, holder: 'web-1' }));
        const refused = { acquired: false, reason: 'held', holder: 'web-1' };
        await expect(ask(second, { slot: 2, holder: 'web-2' })).resolves.toEqual(refused);
        await expect(ask(first, { slot: 3, holder: 'web-1 again' })).resolves.toEqual(refused);
        await lock.release();
        const next = taken(await ask(second, { slot: 2, holder: 'web-2' }));
        expect(next.fencingToken).toBeGreaterThan(lock.fencingToken);
        expect(next.lost.aborted).toBe(false);
        await next.release();
      });

      it('of many that ask at once', async () => {
        for (let slot = 1; slot <= 30; slot++) {
          const answers = await Promise.all(
            Array.from({ length: 8 }, (_, n) => ask(n % 2 === 0 ? first : second, { slot, holder: `h${n}` })),
          );
          const won = answers.flatMap((answer) => (answer.acquired ? [answer.lock] : []));
          const refused = answers.filter((answer) => !answer.acquired);
          expect(won).toHaveLength(1);
          expect(new Set(refused.map(({ reason }) => reason))).toEqual(new Set(['slot-taken']));
          expect(new Set(refused.map(({ holder }) => holder)).size).toBe(1);
          await won[0].release();
        }
      });

      it('does not keep other entries from theirs', async () => {
        const lock = taken(await ask(first));
        const other = taken(await ask(second, { entry: freshEntry() }));
        await Promise.all([lock.release(), other.release()]);
      });

      it('a slot, where runs may overlap', async () => {
        const lock = taken(await ask(first, { slot: 1, per: 'slot' }));
        const later = taken(await ask(second, { slot: 2, per: 'slot' }));
        const again = await ask(second, { slot: 2, per: 'slot', movesMark: false });
        expect(again).toMatchObject({ acquired: false, reason: 'held' });
        expect(later.fencingToken).toBeGreaterThan(lock.fencingToken);
        await Promise.all([lock.release(), later.release()]);
      });

      it('keeps it for as long as it lives', async () => {
        const lock = taken(await ask(first, { slot: 1, ttlMs: 1_500 }));
        await harness.elapse(2_000);
        await expect(ask(second, { slot: 2 })).resolves.toMatchObject({ acquired: false, reason: 'held' });
        expect(lock.lost.aborted).toBe(false);
        await lock.release();
        taken(await ask(second, { slot: 2 }));
      });
    });

    describe('a slot', () => {
      it('is given to one run, and with it those before', async () => {
        await taken(await ask(first, { slot: 1_000, holder: 'web-1' })).release();
        for (const slot of [1_000, 999, 1]) {
          const refused = { acquired: false, reason: 'slot-taken', holder: 'web-1' };
          await expect(ask(second, { slot, holder: 'web-2' })).resolves.toEqual(refused);
        }
        await taken(await ask(second, { slot: 1_001 })).release();
      });

      it('that is being run is taken, not held', async () => {
        const lock = taken(await ask(first, { slot: 1_000, holder: 'web-1' }));
        const refused = { acquired: false, reason: 'slot-taken', holder: 'web-1' };
        await expect(ask(second, { slot: 1_000 })).resolves.toEqual(refused);
        await lock.release();
      });

      it('is given again to the run that has it', async () => {
        const lock = taken(await ask(first, { slot: 1_000, run: 'mine' }));
        await lock.release();
        const again = taken(await ask(second, { slot: 1_000, run: 'mine' }));
        expect(again.fencingToken).toBeGreaterThan(lock.fencingToken);
        await again.release();
      });

      it('that was refused as held is still free', async () => {
        const lock = taken(await ask(first, { slot: 1 }));
        await expect(ask(second, { slot: 2, run: 'queued' })).resolves.toMatchObject({ reason: 'held' });
        await lock.release();
        await taken(await ask(second, { slot: 2, run: 'queued' })).release();
      });

      it('that was accepted before needs the lock alone, and leaves the mark where it is', async () => {
        await taken(await ask(first, { slot: 1_000 })).release();
        const old = taken(await ask(second, { slot: 500, movesMark: false, holder: 'by hand' }));
        await expect(ask(first, { slot: 1_001 })).resolves.toMatchObject({ reason: 'held', holder: 'by hand' });
        await old.release();
        const future = taken(await ask(second, { slot: (await harness.now()) + 3_600_000, movesMark: false }));
        await future.release();
        await taken(await ask(first, { slot: 1_001 })).release();
      });

      it('is refused while it lies ahead of the store’s clock', async () => {
        const answer = await ask(first, { slot: (await harness.now()) + 60_000, run: 'soon' });
        expect(answer).toMatchObject({ acquired: false, reason: 'early' });
        const { remainingMs = 0 } = answer as { remainingMs?: number };
        expect(remainingMs).toBeGreaterThan(50_000);
        expect(remainingMs).toBeLessThanOrEqual(60_001);
        await taken(await ask(second, { slot: (await harness.now()) + 500 })).release();
      });
    });

    describe('a lock that is lost', () => {
      it('by a hand tells its run, and nothing of the next holder is touched', async () => {
        const lock = taken(await ask(first, { slot: 1, run: 'mine', ttlMs: 1_000 }));
        await harness.remove(entry);
        await harness.elapse(400);
        await eventually(() => lock.lost.aborted, { message: 'the run is told' });
        expect(lock.lost.reason).toBeInstanceOf(LockLostError);
        expect(lock.lost.reason).toMatchObject({ code: 'LOCK_LOST', entry });
        const next = taken(await ask(second, { slot: 1, run: 'mine' }));
        expect(next.fencingToken).toBeGreaterThan(lock.fencingToken);
        await lock.release();
        await expect(ask(first, { slot: 2 })).resolves.toMatchObject({ reason: 'held' });
        await next.release();
      });

      it('by silence goes to the next who asks, and the silent one is refused', async () => {
        const [store] = harness.stores;
        const claim = lockClaim({ entry, owner: 'silent', slot: 1, ttlMs: 1_000 });
        const before = await store.take(claim, () => undefined);
        await harness.elapse(PAST_TTL_MS);
        const next = taken(await ask(second, { slot: 2 }));
        expect(before).toMatchObject({ taken: true });
        expect(next.fencingToken).toBeGreaterThan((before as { fencingToken: number }).fencingToken);
        await expect(store.renew(claim)).resolves.toBe(false);
        await store.giveBack(claim);
        await expect(ask(first, { slot: 3 })).resolves.toMatchObject({ reason: 'held' });
        await next.release();
      });
    });

    it('a lock that was given back is over: its signal is silent, and giving it back again does nothing', async () => {
      const lock = taken(await ask(first, { slot: 1, ttlMs: 1_000 }));
      await Promise.all([lock.release(), lock.release()]);
      const next = taken(await ask(second, { slot: 2, ttlMs: 1_000 }));
      await lock.release();
      await expect(ask(first, { slot: 3 })).resolves.toMatchObject({ reason: 'held' });
      await next.release();
      expect([lock.lost.aborted, next.lost.aborted]).toEqual([false, false]);
    });

    it('who asks again, having heard nothing, is answered as before', async () => {
      const [store] = harness.stores;
      const claim = lockClaim({ entry, owner: 'deaf' });
      const answer = await store.take(claim, () => undefined);
      expect(answer).toMatchObject({ taken: true });
      await expect(store.take(claim, () => undefined)).resolves.toEqual(answer);
      await store.giveBack(claim);
      await taken(await ask(second, { slot: 1_001 })).release();
    });

    it('many contenders never meet: one counter without protection, tokens that rise, no slot twice', async () => {
      const log: { token: number; slot: number }[] = [];
      let counter = 0;
      const contend = async (provider: LockProvider, who: number): Promise<void> => {
        for (let slot = 1; slot <= 40; slot++) {
          const answer = await ask(provider, { slot, run: `${who}/${slot}` });
          if (!answer.acquired) continue;
          const before = counter;
          await new Promise((resolve) => setImmediate(resolve));
          counter = before + 1;
          log.push({ token: answer.lock.fencingToken, slot });
          await answer.lock.release();
        }
      };
      await Promise.all(Array.from({ length: 10 }, (_, n) => contend(n % 2 === 0 ? first : second, n)));
      expect(log.length).toBeGreaterThan(5);
      expect(counter).toBe(log.length);
      for (const field of ['token', 'slot'] as const) {
        const seen = log.map((line) => line[field]);
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
      }
    });

    it('refuses with one kind of error when its store is gone', async () => {
      if (name.includes('memory')) return;
      const gone = await createHarness();
      await gone.close();
      const error: unknown = await gone.first.acquire(lockRequest({ entry })).then(
        () => undefined,
        (reason: unknown) => reason,
      );
      expect(error).toBeInstanceOf(VigilError);
      expect(error).toMatchObject({ code: 'LOCK_UNAVAILABLE' });
    });
  });
}
