import type { LockClaim, LockStore, LockTaken } from '../../lock-store.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

type TakeReply = readonly [token: string, reason?: 'held' | 'slot-taken' | 'early', detail?: string];

/** Locks of cron entries, each step one script. */
export class RedisLocks implements LockStore {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async take(claim: LockClaim): Promise<LockTaken> {
    const { locks } = this.keys;
    const { owner, ttlMs, run, slot, movesMark, holder } = claim;
    const own = [locks.known(claim.entry), this.lock(claim)];
    const args = [owner, ttlMs, run, slot, movesMark ? 1 : 0, holder];
    const [token, reason, detail = ''] = await this.connection.run<TakeReply>('take-lock', locks, own, args);
    if (reason === undefined) return { taken: true, fencingToken: Number(token) };
    if (reason === 'early') return { taken: false, reason, remainingMs: Number(detail) };
    return { taken: false, reason, holder: detail };
  }

  async renew(claim: LockClaim): Promise<boolean> {
    const args = [claim.owner, claim.ttlMs];
    return (await this.connection.run<number>('renew-lock', this.keys.locks, [this.lock(claim)], args)) === 1;
  }

  async giveBack(claim: LockClaim): Promise<void> {
    await this.connection.run<number>('give-back-lock', this.keys.locks, [this.lock(claim)], [claim.owner]);
  }

  private lock({ entry, slot, per }: LockClaim): string {
    return this.keys.locks.held(per === 'slot' ? `${entry}~${slot}` : entry);
  }
}
