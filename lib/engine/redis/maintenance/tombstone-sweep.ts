import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys } from '../redis-keys.js';

const LOOKED_AT_ONCE = 500;

/** Deletes what is left of ended jobs once their windows are over. */
export class TombstoneSweep {
  constructor(private readonly connection: RedisConnection) {}

  async deleteOver(keys: QueueKeys): Promise<number> {
    let sum = 0;
    for (;;) {
      const [isMoreOver, deleted] = await this.connection.run<[number, number]>(
        'delete-tombstones',
        keys,
        [keys.minutes],
        [LOOKED_AT_ONCE],
      );
      sum += deleted;
      if (isMoreOver === 0) return sum;
    }
  }
}
