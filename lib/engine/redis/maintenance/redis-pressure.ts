import type { SweepOptions } from '../../maintenance.port.js';
import { DYING_MS, MEMORY_SHARE, MENDED_SHARE, STORE_ACTOR } from '../../store-limits.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys } from '../redis-keys.js';

/** Keeps dead letters, of which none may be thrown away, from filling the memory that all others need. */
export class RedisPressure {
  constructor(private readonly connection: RedisConnection) {}

  /** @returns the types that it paused */
  relieve(keys: QueueKeys, { maxDeadLetterBytes }: SweepOptions): Promise<string[]> {
    return this.connection.run<string[]>(
      'relieve',
      keys,
      [keys.pressure, keys.audit],
      [keys.queue, maxDeadLetterBytes ?? '', MEMORY_SHARE, MENDED_SHARE, DYING_MS, STORE_ACTOR],
    );
  }
}
