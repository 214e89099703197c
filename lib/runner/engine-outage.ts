import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { recordError } from '../core/record-error.js';
import type { Redactor } from '../core/redaction.js';
import { retryPause } from './pause.js';

/** Times in which a queue's store does not answer: said once when they begin and once when they end. */
export class EngineOutage {
  private failures = 0;
  private since = 0;

  constructor(
    private readonly queue: string,
    private readonly env: {
      readonly clock: Clock;
      readonly monotonic: () => number;
      readonly bus: JobEventBus;
      readonly redactor: Redactor;
      readonly random: () => number;
    },
  ) {}

  get ongoing(): boolean {
    return this.failures > 0;
  }

  /** @returns milliseconds to wait before the store is asked again */
  failed(error: unknown): number {
    const { clock, monotonic, bus, redactor, random } = this.env;
    if (!this.ongoing) {
      this.since = monotonic();
      bus.emit({ type: 'engine.unavailable', at: clock.now(), queue: this.queue, error: recordError(error, redactor) });
    }
    return retryPause(this.failures++, random);
  }

  answered(): void {
    if (!this.ongoing) return;
    this.failures = 0;
    const { clock, monotonic, bus } = this.env;
    bus.emit({
      type: 'engine.recovered',
      at: clock.now(),
      queue: this.queue,
      afterMs: Math.round(monotonic() - this.since),
    });
  }
}
