import { monitorEventLoopDelay, type IntervalHistogram } from 'node:perf_hooks';
import type { WorkerAnnouncement } from '../../engine/consumer.port.js';

const RESOLUTION_MS = 20;
const NANOSECONDS_IN_MS = 1_000_000;

type LoopDelays = Pick<IntervalHistogram, 'enable' | 'disable' | 'reset' | 'max'>;

/** How this process fares: how late its event loop is, and how long the store takes. */
export class ProcessVitals {
  private last: NonNullable<WorkerAnnouncement['vitals']> = { eventLoopLagMs: 0 };

  constructor(private readonly delays: LoopDelays = monitorEventLoopDelay({ resolution: RESOLUTION_MS })) {}

  /** The time since the last sample, and what the store took just now. */
  sample(storeLatencyMs: number | undefined): void {
    this.delays.enable();
    // The worst, not a percentile: however long a loop is blocked, that is one sample among all those taken while it was not.
    const late = this.delays.max / NANOSECONDS_IN_MS - RESOLUTION_MS;
    this.delays.reset();
    const eventLoopLagMs = Number.isFinite(late) ? rounded(Math.max(0, late)) : 0;
    this.last = { eventLoopLagMs, ...(storeLatencyMs !== undefined && { storeLatencyMs: rounded(storeLatencyMs) }) };
  }

  get now(): NonNullable<WorkerAnnouncement['vitals']> {
    return this.last;
  }

  close(): void {
    this.delays.disable();
  }
}

function rounded(ms: number): number {
  return Math.round(ms * 10) / 10;
}
