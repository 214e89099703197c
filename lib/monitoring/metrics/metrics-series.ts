import { DurationHistogram } from '../../engine/duration-histogram.js';
import { cronFigures, type CronFigures } from './cron-figures.js';
import { MINUTE_MS } from './metrics-window.js';
import type { SpanFigures, TypeFigures } from './type-figures.js';

/**
 * One minute of a series. Depths are those at its end, and absent where nobody was there to note them.
 *
 * @example
 * const peak = (points: readonly MetricsPoint[]): number => Math.max(...points.map(({ waiting = 0 }) => waiting));
 * @publicApi
 */
export interface MetricsPoint {
  /** Milliseconds since the epoch: when the minute began. */
  readonly at: number;
  readonly completed: number;
  readonly failed: number;
  readonly retried: number;
  readonly buried: number;
  readonly stalled: number;
  /** Processing time in milliseconds; absent when nothing ran. */
  readonly p50?: number;
  readonly p95?: number;
  readonly scheduled?: number;
  readonly waiting?: number;
  readonly active?: number;
  readonly dead?: number;
  readonly oldestWaitingMs?: number;
  /** Absent when nothing became of a slot of a cron entry. */
  readonly cron?: CronFigures;
}

/** Adds up the types that are asked for, over several queues. */
export function pointOf(minute: number, spans: readonly SpanFigures[], name?: string): MetricsPoint {
  const figures = spans.flatMap(({ types }) =>
    name === undefined ? [...types.values()] : [types.get(name)].filter((each) => each !== undefined),
  );
  const sum = (pick: (each: TypeFigures) => number): number => figures.reduce((total, each) => total + pick(each), 0);
  const processing = figures.reduce((all, each) => all.merge(each.processing), new DurationHistogram());
  const cron = cronFigures(figures.map((each) => each.cron));
  const noted = {
    scheduled: sum(({ noted: { 'g-scheduled': depth = 0 } }) => depth),
    waiting: sum(({ noted: { 'g-waiting': depth = 0 } }) => depth),
    active: sum(({ noted: { 'g-active': depth = 0 } }) => depth),
    dead: sum(({ noted: { 'g-dead': depth = 0 } }) => depth),
    oldestWaitingMs: Math.max(0, ...figures.map(({ noted: { 'g-oldest': ms = 0 } }) => ms)),
  };
  return {
    at: minute * MINUTE_MS,
    completed: sum(({ counts }) => counts.completed),
    failed: sum(({ counts }) => counts.failed),
    retried: sum(({ counts }) => counts.retried),
    buried: sum(({ burials }) => burials),
    stalled: sum(({ counts }) => counts.stalled),
    ...(processing.count > 0 && { p50: processing.percentile(0.5), p95: processing.percentile(0.95) }),
    ...(spans.some(({ isNoted }) => isNoted) && noted),
    ...(cron && { cron }),
  };
}
