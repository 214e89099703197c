import { monotonicOf, StoreClock } from '../../core/store-clock.js';
import type { Clock } from '../../core/clock.js';
import type { JobFigures } from '../../engine/figures.port.js';

const SYNCED_MS = 60_000;

/** The store's clock as of a moment ago: what is wrong, and since when, all processes tell alike. */
export class StoreTime {
  private readonly clock: StoreClock;
  private readonly monotonic: () => number;
  private syncedAt: number | undefined;

  constructor(
    private readonly engine: Pick<JobFigures, 'storeTime'>,
    clock: Clock,
  ) {
    this.clock = new StoreClock(clock);
    this.monotonic = monotonicOf(clock);
  }

  now(): number {
    return this.clock.now();
  }

  /** Asks the store, unless that was done a moment ago. */
  async sync(): Promise<void> {
    if (this.syncedAt !== undefined && this.monotonic() - this.syncedAt < SYNCED_MS) return;
    this.clock.sync(await this.engine.storeTime());
    this.syncedAt = this.monotonic();
  }
}
