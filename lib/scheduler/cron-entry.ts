import type { CronDefinition, CronSchedule } from '../core/cron-definition.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { LockProvider } from '../core/lock-provider.js';
import type { CronDeclared } from '../engine/cron.port.js';
import { calendarOf, fingerprintOf } from './slots/calendar-of.js';
import type { SlotCalendar } from './slots/slot-calendar.js';

/** An entry as this process runs it. */
export class CronEntry {
  readonly name: string;
  readonly queue: string;
  calendar: SlotCalendar;
  fingerprint: string;
  schedule: CronSchedule;
  /** It may be started and stopped through its `CronJob`. */
  isStarted: boolean;
  /** Slots up to here passed while it was stopped, and are not run; all until now, while the store's clock is not known. */
  letPassUpTo = 0;
  /** Its initial delay is not over. */
  isDelayed = false;
  /** Nothing is run of it here before this instant of the store's clock. */
  notBefore = 0;
  /** Since when this process attends to it; undefined while it does not. */
  attendedSince: number | undefined;
  /** When the process declared what counts here, by the store's clock. */
  bootedAt = 0;
  /** Up to here, as far as this process knows, every slot was decided. */
  mark = 0;
  /** When a run of it began last in this process, by its own clock. */
  lastRunAt: number | undefined;
  isOutdated = false;
  /** When it is looked at next, by the store's clock. */
  nextLook: number | undefined;
  /** It is being looked at. */
  isBusy = false;

  /** @throws VigilError `CRON_EXPRESSION_INVALID`, `CRON_ZONE_UNKNOWN` */
  constructor(
    readonly definition: CronDefinition,
    readonly job: JobDefinition,
    readonly lock: LockProvider | undefined,
  ) {
    this.name = definition.name;
    this.queue = definition.queue;
    this.isStarted = !definition.disabled;
    this.schedule = definition.schedule;
    this.calendar = calendarOf(definition.schedule, definition.declaredBy);
    this.fingerprint = fingerprintOf(definition.schedule);
  }

  /** How many runs may be under way or waiting for another one to be accepted; 0: any number. */
  get mostLive(): number {
    return { skip: 1, 'queue-one': 2, allow: 0 }[this.definition.overlap];
  }

  /**
   * Another schedule from now on. In the store it counts as a newer definition does: other processes run nothing of the entry until one
   * starts with a definition that is newer still, or nobody declares this one any more.
   * @throws as the constructor
   */
  reschedule(schedule: CronSchedule, now: number): void {
    this.calendar = calendarOf(schedule, this.definition.declaredBy);
    this.schedule = schedule;
    this.fingerprint = fingerprintOf(schedule);
    this.bootedAt = now;
  }

  /** Nobody waits for slots of what does not run on purpose. */
  private get graceMs(): number {
    const { graceMs, initialDelayMs } = this.definition;
    if (!this.isStarted) return Number.MAX_SAFE_INTEGER;
    return this.isDelayed ? graceMs + initialDelayMs : graceMs;
  }

  get declared(): CronDeclared {
    return { name: this.name, fingerprint: this.fingerprint, definition: JSON.stringify(this.description) };
  }

  /** What onlookers are told of it, in whatever process. */
  get description(): CronDescription {
    const { lock, overlap, declaredBy } = this.definition;
    const { owner, runbook, severity } = this.job.policy;
    return {
      schedule: this.schedule,
      lock: typeof lock === 'function' ? lock.name : (lock ?? 'engine'),
      ...{ overlap, mostLive: this.mostLive, graceMs: this.graceMs, declaredBy, level: this.job.level },
      ...(!this.isStarted && { isStopped: true }),
      ...{ ...(owner !== undefined && { owner }), ...(runbook !== undefined && { runbook }), severity },
    };
  }
}

/** Written down in the store, so fields may only be added. */
export interface CronDescription {
  readonly schedule: CronSchedule;
  readonly lock: string | false;
  readonly overlap: CronDefinition['overlap'];
  readonly mostLive: number;
  readonly graceMs: number;
  /** The process that declares it runs nothing of it, on purpose. */
  readonly isStopped?: boolean;
  readonly declaredBy: string;
  readonly level: JobDefinition['level'];
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity: string;
}

/** What an alert about an entry begins with. */
export function alertBeginning(name: string, { owner, runbook, severity }: CronDescription): string {
  return JSON.stringify({ name, owner, runbook, severity });
}
