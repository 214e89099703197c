import type { WorkerAnnouncement } from '../../engine/consumer.port.js';
import type { JobFigures, LineDepth } from '../../engine/figures.port.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { JobLedger, LedgerReading } from '../../engine/ledger.port.js';
import type { FiguresReader } from '../metrics/figures-reader.js';
import { MINUTE_MS } from '../metrics/metrics-window.js';
import type { SpanFigures } from '../metrics/type-figures.js';

/** What the rules look at, of one queue at one moment. */
export interface QueueSignals {
  readonly queue: string;
  /** The store's clock. */
  readonly now: number;
  readonly lines: readonly LineDepth[];
  readonly isPaused: boolean;
  readonly pausedTypes: ReadonlySet<string>;
  readonly workers: readonly Pick<WorkerAnnouncement, 'handles'>[];
  /** What happened in so many minutes, the present one included. */
  figures(minutes: number): Promise<SpanFigures>;
  readonly ledger?: LedgerReading;
}

export type SignalSource = JobFigures &
  Pick<JobInspector, 'stats' | 'workers' | 'queues'> &
  Pick<JobLedger, 'lastLedger'>;

export async function readSignals(engine: SignalSource, reader: FiguresReader, queue: string): Promise<QueueSignals> {
  const { at: now, lines } = await engine.depths(queue);
  const [{ paused: isPaused, types }, workers, ledger] = await Promise.all([
    engine.stats(queue),
    engine.workers(queue),
    engine.lastLedger(queue),
  ]);
  const last = Math.floor(now / MINUTE_MS);
  return {
    ...{ queue, now, lines, isPaused, workers },
    pausedTypes: new Set(types.filter(({ paused }) => paused).map(({ type }) => type)),
    figures: (minutes) => reader.span(queue, last - minutes, last, last),
    ...(ledger && { ledger }),
  };
}
