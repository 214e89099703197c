import type { CronOutcome } from '../../core/cron-record.js';

/**
 * What became of the slots of a cron entry in a window, as its history has it line by line.
 *
 * @example
 * const isWell = ({ failed, skipped, missed }: CronFigures): boolean => failed + skipped + missed === 0;
 * @publicApi
 */
export interface CronFigures {
  readonly completed: number;
  /** Attempts, also those after which the run is tried again. */
  readonly failed: number;
  readonly skipped: number;
  /** Slots, also those beyond the 100 of which the history has a line. */
  readonly missed: number;
  /** Attempts that lost their lock. */
  readonly lostLock: number;
}

/** Undefined where nothing was counted. */
export function cronFigures(counts: readonly ReadonlyMap<CronOutcome, number>[]): CronFigures | undefined {
  if (counts.every(({ size }) => size === 0)) return undefined;
  const sum = (outcome: CronOutcome): number => counts.reduce((total, each) => total + (each.get(outcome) ?? 0), 0);
  return {
    ...{ completed: sum('completed'), failed: sum('failed'), skipped: sum('skipped'), missed: sum('missed') },
    lostLock: sum('lost-lock'),
  };
}
