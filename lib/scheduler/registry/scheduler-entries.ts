import type { SchedulerRegistry } from '@nestjs/schedule';
import type { CronTime } from 'cron';
import type { CronSchedule } from '../../core/cron-definition.js';
import { CRON_STANDS_MS } from '../../engine/store-limits.js';
import type { JobLogger } from '../../core/job-logger.js';
import { VigilError } from '../../core/vigil.error.js';
import type { CronEntry } from '../cron-entry.js';
import { CronHandle } from './cron-handle.js';

export interface SchedulerEntriesParts {
  /** The application's, or one of our own where it has none. */
  readonly registry: SchedulerRegistry;
  readonly logger: JobLogger;
  /** Names that `@nestjs/schedule` is about to add, and where they are declared. */
  readonly others: ReadonlyMap<string, string>;
  /** Something was done to an entry. */
  readonly changed: (entry: CronEntry) => void;
  readonly setStarted: (entry: CronEntry, isStarted: boolean) => void;
  readonly isAttending: (entry: CronEntry) => boolean;
  readonly now: () => number;
  readonly fire: (entry: CronEntry) => Promise<void>;
}

/** Makes entries visible where `@nestjs/schedule` keeps its own, and obeys what is done to them there. */
export class SchedulerEntries {
  constructor(private readonly parts: SchedulerEntriesParts) {}

  /** @throws VigilError `CRON_NAME_DUPLICATE` when the application has an entry of that name already */
  add(entry: CronEntry): void {
    const { registry, others } = this.parts;
    const { name, definition } = entry;
    const other = others.get(name);
    if (other !== undefined || registry.doesExist('cron', name)) {
      const where = other === undefined ? 'the SchedulerRegistry' : `@Cron of @nestjs/schedule on ${other}`;
      throw new VigilError(
        'CRON_NAME_DUPLICATE',
        `@Cron on ${definition.declaredBy}: ${where} has an entry named '${name}' already. Give one of them another name.`,
      );
    }
    registry.addCronJob(name, this.handleOf(entry));
  }

  private handleOf(entry: CronEntry): CronHandle {
    const { isAttending, setStarted, fire } = this.parts;
    const { expression, zone } = entry.schedule;
    return new CronHandle({
      ...{ name: entry.name, zone },
      cronTime: typeof expression === 'number' ? new Date(expression) : expression,
      isActive: () => isAttending(entry),
      lastRun: () => (entry.lastRunAt === undefined ? null : new Date(entry.lastRunAt)),
      start: () => setStarted(entry, true),
      stop: () => setStarted(entry, false),
      setTime: (time) => this.reschedule(entry, time),
      fire: () => fire(entry),
    });
  }

  private reschedule(entry: CronEntry, time: CronTime): void {
    entry.reschedule(scheduleOf(time, entry.schedule), this.parts.now());
    this.parts.logger.warn(
      `cron ${entry.name}: rescheduled to ${String(time.source)}. Until a process starts that declares another schedule, this one alone runs it; without it, the others go back to theirs after ${CRON_STANDS_MS / 1_000} s`,
    );
    this.parts.changed(entry);
  }
}

function scheduleOf({ source, timeZone, utcOffset }: CronTime, before: CronSchedule): CronSchedule {
  const expression = typeof source === 'string' ? source : source.toMillis();
  const zone = utcOffset !== undefined ? { utcOffset } : timeZone !== undefined ? { timeZone } : before.zone;
  return { expression, zone, changes: before.changes };
}
