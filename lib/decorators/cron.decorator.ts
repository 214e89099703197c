import type { CronRun } from '../core/cron-run.js';
import { declareCron, type DateLike } from './cron.metadata.js';
import type { CronOptions } from './cron.options.js';

/** A method that can be a cron entry: it takes its run, or nothing. */
type CronMethod = ((run: CronRun) => unknown) | (() => unknown);

/**
 * Runs a method of a provider or controller by the clock: once over all instances, and never silently not. What the decorator of the
 * same name in `@nestjs/schedule` takes means the same here.
 *
 * Each planned instant becomes a job, so a run has the retries, the timeout, the steps and the dead letter queue of a job.
 *
 * @param expression five fields, or six with the seconds first; `@daily` and the like; a `Date` for a single run
 * @throws VigilError `CRON_INVALID` for a method that can not be an entry; everything else is checked at boot, with
 * `CRON_OPTIONS_INVALID`, `CRON_EXPRESSION_INVALID`, `CRON_NAME_DUPLICATE`, or the code of the lock
 * @example
 * class BookService {
 *   @Cron(CronExpression.EVERY_DAY_AT_3AM, { name: 'reconcile', lock: 'redis', timeZone: 'Europe/Berlin' })
 *   async reconcile(run: CronRun): Promise<void> {
 *     await fetch(`https://books.example.org/close/${run.slot}`, { method: 'POST', signal: run.signal });
 *   }
 * }
 * @publicApi
 */
export function Cron(expression: string | Date | DateLike, options: CronOptions = {}) {
  return <F extends CronMethod>(
    target: object,
    method: string | symbol,
    _descriptor: TypedPropertyDescriptor<F>,
  ): void => declareCron(target, method, { expression, options });
}
