import { JobContext } from './job-context.js';
import type { HeldLock } from './lock-provider.js';

/**
 * Why a cron entry runs: its time has come, somebody asked for it, or its time came while nobody could run it.
 *
 * @example
 * const isPlanned = (trigger: CronTrigger): boolean => trigger !== 'manual';
 * @publicApi
 */
export type CronTrigger = 'schedule' | 'manual' | 'catch-up';

/**
 * What the method of a cron entry gets: a run is a job, so there is all that a job's handler has, and the slot it is for.
 *
 * @example
 * @Cron('0 3 * * *', { name: 'reconcile', lock: 'redis', timeZone: 'Europe/Berlin' })
 * async reconcile(run: CronRun): Promise<void> {
 *   run.logger.log(`closing the books of ${new Date(run.slot).toISOString()}`);
 *   await run.step('close-books', (step) => fetch(`https://books.example.org/${step.idempotencyKey}`, { signal: run.signal }));
 * }
 * @publicApi
 */
export abstract class CronRun extends JobContext {
  /** The planned instant, UTC milliseconds; of a run that somebody asked for, when they asked. The same in every attempt. */
  abstract readonly slot: number;
  abstract readonly trigger: CronTrigger;
  /** The lock that is held while this runs; undefined with `lock: false`. Its loss aborts `signal`. */
  abstract readonly lock: HeldLock | undefined;
}
