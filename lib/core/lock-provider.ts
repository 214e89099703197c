/**
 * Which lock is wanted, for what, and by whom.
 *
 * @example
 * const request: LockRequest = {
 *   entry: 'reconcile', slot: Date.UTC(2026, 0, 1, 3), run: 'j-17', movesMark: true, holder: 'web-1 (4711)', ttlMs: 30_000,
 * };
 * @publicApi
 */
export interface LockRequest {
  /** Name of the cron entry. One lock an entry, whatever the slot, unless `per` says otherwise. */
  readonly entry: string;
  /** The planned instant that is to be run, milliseconds since the Unix epoch. */
  readonly slot: number;
  /**
   * Names one accepted run, the same in each of its attempts and each repetition of the request; no other run has it. A run that is
   * given its own slot again is acquired again.
   */
  readonly run: string;
  /**
   * `true` for a planned slot: it is given to one run only, and none at or before the newest slot that was given for this entry
   * (`slot-taken`), nor one that lies ahead of the store's clock by more than a second (`early`). `false` for what was accepted before or
   * by hand (a further attempt, a replay, `runNow`): the lock alone decides, and what is remembered of slots stays as it is.
   */
  readonly movesMark: boolean;
  /** Who asks, for people: shown to those who are refused while this one holds the lock. At most 200 characters are kept. */
  readonly holder: string;
  /**
   * For how long a holder that is not heard of keeps the lock, in milliseconds. A second or more: a busy process renews late, and gives up
   * a lock that it could not renew in time.
   */
  readonly ttlMs: number;
  /** `entry` (default): no other run of the entry at the same time. `slot`: no other run of this slot; for entries that may overlap. */
  readonly per?: 'entry' | 'slot';
}

/**
 * A lock that is held, and renewed by its provider until it is released or lost.
 *
 * @example
 * async function under(lock: HeldLock, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
 *   try {
 *     await work(lock.lost);
 *   } finally {
 *     await lock.release();
 *   }
 * }
 * @publicApi
 */
export interface HeldLock {
  /** Greater than that of every earlier holder of this entry's lock: a resource that remembers the highest can refuse a late one. */
  readonly fencingToken: number;
  /**
   * Aborts, with a `LockLostError` as its reason, as soon as it is known that the lock is gone, and at the latest when it may be: `ttlMs`
   * after the last renewal that was answered, by the clock of this process that nobody sets. Never aborts after `release()`.
   */
  readonly lost: AbortSignal;
  /**
   * Gives the lock back; further calls do nothing. Never rejects: a lock that can not be given back ends with its time, and somebody
   * else's is never touched.
   */
  release(): Promise<void>;
}

/**
 * Why a lock was not given:
 * `held`: another run has it; `slot-taken`: this slot or a later one was given to another run, which may be over; `early`: by the
 * store's clock the slot lies ahead; `paused`: the entry is paused where its locks are kept.
 *
 * @example
 * const reason: LockRefusal = 'held';
 * @publicApi
 */
export type LockRefusal = 'held' | 'slot-taken' | 'early' | 'paused';

/**
 * The lock, or why there is none. That somebody else has it is an answer, not an error.
 *
 * @example
 * function told(answer: LockAnswer): string {
 *   return answer.acquired ? `token ${answer.lock.fencingToken}` : `${answer.reason}: ${answer.holder ?? 'nobody'}`;
 * }
 * @publicApi
 */
export type LockAnswer =
  | { readonly acquired: true; readonly lock: HeldLock }
  | {
      readonly acquired: false;
      readonly reason: LockRefusal;
      /** Who has the lock (`held`) or had the newest slot (`slot-taken`), where it is known. */
      readonly holder?: string;
      /** `early`: milliseconds until the slot by the store's clock. */
      readonly remainingMs?: number;
    };

/**
 * Keeps two runs of one cron entry apart, over all instances. Extend it for a store of your own, and name the class in
 * `@Cron(…, { lock: MyLockProvider })`; an instance comes from Nest, so it must be provided by some module.
 *
 * @example
 * @Injectable()
 * class EtcdLockProvider extends LockProvider {
 *   async acquire({ entry, holder }: LockRequest): Promise<LockAnswer> {
 *     return { acquired: false, reason: 'held', holder: `not ${holder}, for ${entry}` };
 *   }
 * }
 * @publicApi
 */
export abstract class LockProvider {
  /**
   * Asks once, without waiting for whoever has the lock. The provider renews what it gave until it is released or lost.
   * @throws VigilError `LOCK_UNAVAILABLE` when the store of the locks can not be reached or does not answer in time
   */
  abstract acquire(request: LockRequest): Promise<LockAnswer>;
}

/** A class that extends `LockProvider`. */
export type LockProviderClass = abstract new (...args: any[]) => LockProvider;

/**
 * Where the lock of a cron entry is kept: beside the jobs on Redis, in PostgreSQL, in this process alone, by a provider of your own;
 * `false` for none, so that every instance runs the entry.
 *
 * @example
 * const lock: LockChoice = 'postgres';
 * @publicApi
 */
export type LockChoice = 'redis' | 'postgres' | 'memory' | false | LockProviderClass;
