import type { BurialReason } from '../../core/job-state.js';
import type { DurationHistogram } from '../../engine/duration-histogram.js';
import type { LineDepth } from '../../engine/figures.port.js';
import { cronFigures, type CronFigures } from './cron-figures.js';
import type { TypeFigures } from './type-figures.js';

/**
 * How long something took, in milliseconds, from a histogram: off by 9.1 % at most, or half a millisecond below one.
 *
 * @example
 * const isSlow = ({ p95 = 0 }: DurationSummary): boolean => p95 > 2_000;
 * @publicApi
 */
export interface DurationSummary {
  readonly count: number;
  /** Absent where nothing was counted, as all others. */
  readonly average?: number;
  readonly p50?: number;
  readonly p95?: number;
  readonly p99?: number;
}

/**
 * Jobs of a type, over all its versions, by state; now.
 *
 * @example
 * const backlog = ({ waiting, scheduled }: JobDepth): number => waiting + scheduled;
 * @publicApi
 */
export interface JobDepth {
  readonly scheduled: number;
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** Milliseconds for which the job has waited that would be next, at most; absent when none waits. */
  readonly oldestWaitingMs?: number;
}

/**
 * What happened to one job type in a window, and where its jobs are now.
 *
 * @example
 * const isFailing = ({ failureRate = 0 }: TypeMetrics): boolean => failureRate > 0.1;
 * @publicApi
 */
export interface TypeMetrics {
  readonly queue: string;
  readonly name: string;
  readonly depth: JobDepth;
  /** Jobs, to within the time between two notes of them (5 s). */
  readonly accepted: number;
  readonly completed: number;
  /** Attempts that failed, the last one of a job that died included. */
  readonly failed: number;
  /** Those of them after which the job is tried again. */
  readonly retried: number;
  /** Jobs. */
  readonly buried: number;
  readonly buriedByReason: Readonly<Partial<Record<BurialReason, number>>>;
  readonly cancelled: number;
  readonly resolved: number;
  /** Attempts that were taken back because their worker died or froze. */
  readonly stalled: number;
  /** Handlers that went on after their attempt was over. */
  readonly zombies: number;
  readonly leasesLost: number;
  /** Completed jobs per second. */
  readonly processingRate: number;
  /** Of the attempts that ended, those that failed: 0 to 1. Absent when none ended. */
  readonly failureRate?: number;
  readonly retryRate?: number;
  readonly processing: DurationSummary;
  /** From enqueueing to the first start, a delay that was asked for included; what a replay makes wait is not among it. */
  readonly waiting: DurationSummary;
  /** Of a cron entry; absent where nothing became of its slots. */
  readonly cron?: CronFigures;
}

export function durationSummary(histogram: DurationHistogram): DurationSummary {
  const { count, average } = histogram;
  if (count === 0) return { count };
  const [p50, p95, p99] = [0.5, 0.95, 0.99].map((share) => histogram.percentile(share));
  return { count, average, p50, p95, p99 };
}

export function depthOf(lines: readonly LineDepth[], now: number): JobDepth {
  const sum = (state: 'scheduled' | 'waiting' | 'active' | 'dead'): number =>
    lines.reduce((total, line) => total + line[state], 0);
  const since = lines.flatMap(({ waitingSince }) => (waitingSince === undefined ? [] : [waitingSince]));
  return {
    ...{ scheduled: sum('scheduled'), waiting: sum('waiting'), active: sum('active'), dead: sum('dead') },
    ...(since.length > 0 && { oldestWaitingMs: Math.max(0, now - Math.min(...since)) }),
  };
}

export function typeMetrics(
  where: { readonly queue: string; readonly name: string; readonly depth: JobDepth; readonly accepted: number },
  figures: TypeFigures,
  seconds: number,
): TypeMetrics {
  const {
    completed,
    failed,
    retried,
    cancelled,
    resolved,
    stalled,
    zombies,
    'leases-lost': leasesLost,
  } = figures.counts;
  const ended = completed + failed;
  const cron = cronFigures([figures.cron]);
  return {
    ...where,
    ...{ completed, failed, retried, cancelled, resolved, stalled, zombies, leasesLost },
    buried: figures.burials,
    buriedByReason: Object.fromEntries(figures.buried),
    processingRate: seconds > 0 ? completed / seconds : 0,
    ...(ended > 0 && { failureRate: failed / ended, retryRate: retried / ended }),
    processing: durationSummary(figures.processing),
    waiting: durationSummary(figures.waiting),
    ...(cron && { cron }),
  };
}
