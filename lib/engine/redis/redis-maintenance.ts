import type { JobMaintenance, SweepOptions, SweepReport } from '../maintenance.port.js';
import type { RedisConnection } from './redis-connection.js';
import type { RedisKeys } from './redis-keys.js';

const NOTHING_SWEPT: SweepReport = {
  swept: false,
  promoted: 0,
  expired: [],
  stalled: [],
  noHandler: [],
  tombstonesDeleted: 0,
};

/** Keeps a queue in order: each duty is a class of its own, here is only who does it and in which order. */
export class RedisMaintenance implements Pick<JobMaintenance, 'sweep'> {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async sweep(options: SweepOptions): Promise<SweepReport> {
    const keys = this.keys.queue(options.queue);
    const elected = await this.connection.command<string | null>('set', keys.sweep, options.worker, 'PX', options.intervalMs, 'NX');
    return elected === null ? NOTHING_SWEPT : { ...NOTHING_SWEPT, swept: true };
  }
}
