import type { CronStore, KeptCron } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import { CRON_STANDS_MS } from '../engine/store-limits.js';
import type { CronLane } from './cron-lane.js';

/** An entry, and where it is kept. */
export interface FoundCron {
  readonly queue: string;
  readonly kept: KeptCron;
  readonly store: CronStore & Pick<JobFigures, 'storeTime'>;
  /** By the clock of its store. */
  readonly now: number;
  /** Of this process, which declares it right there. */
  readonly lane?: CronLane;
}

/** No process has declared it lately. */
export function isStale({ kept, now }: FoundCron): boolean {
  return kept.seenAt < now - CRON_STANDS_MS;
}

/**
 * Which of those of one name is meant: an entry that was moved to another queue, or to `lock: false`, has left one behind. What this
 * process declares comes first; where it is not known yet, nobody must take what was left behind for it.
 */
export function meantOf(found: readonly FoundCron[], isDeclaredHere: boolean): FoundCron | undefined {
  const own = found.find(({ lane }) => lane !== undefined);
  return own ?? newestOf(isDeclaredHere ? found.filter((one) => !isStale(one)) : found);
}

/** Of several of one name the one that is meant, and others as long as they have something to tell. */
export function shownOf(found: readonly FoundCron[]): FoundCron[] {
  const byName = new Map<string, FoundCron[]>();
  for (const one of found) byName.set(one.kept.name, [...(byName.get(one.kept.name) ?? []), one]);
  return [...byName.values()].flatMap((twins) => {
    const meant = meantOf(twins, false);
    return twins.filter((twin) => twin === meant || isStale(twin) || twin.kept.live > 0);
  });
}

function newestOf(found: readonly FoundCron[]): FoundCron | undefined {
  return [...found].sort((a, b) => b.kept.seenAt - a.kept.seenAt)[0];
}
