import type { Clock } from '../../core/clock.js';
import type { JobFigures } from '../../engine/figures.port.js';

const SYNCED_MS = 60_000;

/** The store's clock as of a moment ago, carried on by this process: what is wrong, and since when, all processes tell alike. */
export class StoreTime {
  private offset = 0;
  private syncedAt: number | undefined;

  constructor(
    private readonly engine: Pick<JobFigures, 'storeTime'>,
    private readonly clock: Clock,
  ) {}

  now(): number {
    return Math.round(this.clock.now() + this.offset);
  }

  /** Asks the store, unless that was done a moment ago. */
  async sync(): Promise<void> {
    const now = this.clock.now();
    if (this.syncedAt !== undefined && Math.abs(now - this.syncedAt) < SYNCED_MS) return;
    const storeTime = await this.engine.storeTime();
    this.syncedAt = this.clock.now();
    this.offset = storeTime - this.syncedAt;
  }
}
