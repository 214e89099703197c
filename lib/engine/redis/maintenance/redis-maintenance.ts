import { STORE_ALERTS } from '../../alert.port.js';
import type { JobMaintenance, SweepOptions, SweepReport } from '../../maintenance.port.js';
import { NOTHING_SWEPT } from '../../nothing-swept.js';
import type { QueueRegistry } from '../operations/queue-registry.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { RedisExpiry } from './redis-expiry.js';
import type { QueueKeys, RedisKeys } from '../redis-keys.js';
import { RedisNoHandler } from './redis-no-handler.js';
import { RedisPressure } from './redis-pressure.js';
import { RedisReclaim } from './redis-reclaim.js';
import type { ScriptName } from '../connection/redis-scripts.js';
import { TombstoneSweep } from './tombstone-sweep.js';
import { WorkerCensus, type CensusReply } from './worker-census.js';

const PROMOTED_AT_ONCE = 500;
const GHOSTS_DROPPED_AT_ONCE = 100;

/**
 * Keeps a queue in order. Every duty reads outside of the scripts and acts in small ones that look again, so no sweep blocks
 * the store, and two at once do no harm.
 */
export class RedisMaintenance implements Pick<JobMaintenance, 'sweep'> {
  private readonly expiry: RedisExpiry;
  private readonly reclaim: RedisReclaim;
  private readonly noHandler: RedisNoHandler;
  private readonly tombstones: TombstoneSweep;
  private readonly pressure: RedisPressure;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly registry: QueueRegistry,
  ) {
    this.expiry = new RedisExpiry(connection);
    this.reclaim = new RedisReclaim(connection);
    this.noHandler = new RedisNoHandler(connection);
    this.tombstones = new TombstoneSweep(connection);
    this.pressure = new RedisPressure(connection);
  }

  async sweep(options: SweepOptions): Promise<SweepReport> {
    const keys = this.keys.queue(options.queue);
    const reply = await this.connection.run<CensusReply | null>(
      'sweep-begin',
      keys,
      [keys.sweep, keys.workers, keys.announcements, keys.compensations],
      [options.worker, options.intervalMs],
    );
    if (!reply) return NOTHING_SWEPT;
    const census = new WorkerCensus(reply);
    const promoted = await this.repeat('promote', keys, PROMOTED_AT_ONCE);
    const expired = await this.expiry.bury(keys, census);
    const stalled = await this.reclaim.takeBack(keys, census);
    const noHandler = await this.noHandler.judge(keys, census, options);
    await this.repeat('drop-ghosts', keys, GHOSTS_DROPPED_AT_ONCE);
    const tombstonesDeleted = await this.tombstones.deleteOver(keys);
    await this.trimAudit(keys, options);
    // After all that makes room.
    const paused = await this.pressure.relieve(keys, options);
    // Last: these may be on another node, whose trouble is none of this queue's.
    await this.registry.confirm(options.queue);
    await this.trimAudit(this.keys.queue(STORE_ALERTS), options);
    return { swept: true, promoted, expired, stalled, noHandler, tombstonesDeleted, paused };
  }

  private async trimAudit(keys: QueueKeys, { auditRetentionMs }: SweepOptions): Promise<void> {
    if (auditRetentionMs !== undefined) await this.connection.run('trim-audit', keys, [keys.audit], [auditRetentionMs]);
  }

  /** Until there was less to do than one call may do. */
  private async repeat(script: ScriptName, keys: QueueKeys, atOnce: number): Promise<number> {
    let sum = 0;
    for (;;) {
      const done = await this.connection.run<number>(script, keys, [], [atOnce]);
      sum += done;
      if (done < atOnce) return sum;
    }
  }
}
