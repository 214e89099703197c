import type { CronPayload } from '../core/cron-payload.js';
import type { CronOutcome, CronReason, CronRecord } from '../core/cron-record.js';
import { parseJobId } from '../core/job-id.js';
import type { JobSnapshot } from '../core/job-snapshot.js';
import type { CronAlert, CronStore, KeptCron, OpenRun } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import type { JobInspector } from '../engine/inspector.port.js';
import { CRON_STANDS_MS } from '../engine/store-limits.js';
import { alertBeginning, type CronDescription } from './cron-entry.js';
import { calendarOf } from './slots/calendar-of.js';
import type { SlotCalendar } from './slots/slot-calendar.js';

/** A run is slow when it takes so many times what nearly all before it took, once there were so many, and at least so long. */
const SLOW_FACTOR = 3;
const FEWEST_DURATIONS = 5;
const FASTEST_SLOW_MS = 5_000;
const NEARLY_ALL = 0.95;
/** An end is recorded right after it; so much later it has been lost. */
const LINE_LOST_MS = 15_000;

export interface CronWatchParts {
  readonly engine: CronStore & Pick<JobInspector, 'get'> & Pick<JobFigures, 'storeTime'>;
}

/**
 * The dead man's switch: looks at what should have happened. A slot of which nothing is known, an entry that nobody declares any more,
 * a run that takes far too long: each raises an alert, once over all instances. It also makes up for ends that nobody could record.
 */
export class CronWatch {
  /** By name. */
  private readonly calendars = new Map<string, { readonly fingerprint: string; readonly calendar: SlotCalendar }>();

  constructor(private readonly parts: CronWatchParts) {}

  async run(queue: string): Promise<void> {
    const { engine } = this.parts;
    const kept = await engine.keptCron(queue);
    if (kept.length === 0) return;
    const now = await engine.storeTime();
    const open = await engine.openRuns(queue);
    const problems: unknown[] = [];
    // One that this process can not make sense of must not hide the others.
    for (const entry of kept)
      await this.lookAt(
        queue,
        entry,
        open.filter(({ name }) => name === entry.name),
        now,
      ).catch((error: unknown) => problems.push(error));
    if (problems.length > 0) throw problems[0];
  }

  private async lookAt(queue: string, entry: KeptCron, open: readonly OpenRun[], now: number): Promise<void> {
    await this.lookAtSlots(queue, entry, now);
    // The oldest first: those behind it may be waiting for it.
    let isHeldUp = false;
    for (const run of open) isHeldUp = (await this.lookAtRun(queue, entry, run, now, isHeldUp)) || isHeldUp;
  }

  private async lookAtSlots(queue: string, entry: KeptCron, now: number): Promise<void> {
    if (entry.isPaused) return;
    const { graceMs } = descriptionOf(entry);
    const slot = this.calendarOf(entry).after(entry.mark);
    if (slot === undefined || slot + graceMs >= now) return;
    if (entry.seenAt < now - CRON_STANDS_MS) {
      await this.alert(queue, entry, 'cron.vanished', String(entry.seenAt), { slot, seenAt: entry.seenAt });
    } else if (Math.max(slot, entry.bootedAt, entry.resumedAt ?? 0) + graceMs < now) {
      await this.alert(queue, entry, 'cron.overdue', String(slot), { slot });
    }
  }

  /** @returns whether those that were accepted after it may have to wait for it */
  private async lookAtRun(
    queue: string,
    entry: KeptCron,
    open: OpenRun,
    now: number,
    isHeldUp: boolean,
  ): Promise<boolean> {
    const { graceMs, mostLive } = descriptionOf(entry);
    const age = now - open.since;
    const slowMs = slowFrom(entry.durations);
    if (age <= Math.min(graceMs, slowMs, LINE_LOST_MS)) return mostLive > 0;
    const slot = Number(open.field.slice(0, open.field.indexOf(':')));
    const { jobId } = open;
    const job = await this.parts.engine.get(parseJobId(jobId));
    if (job?.state === 'active') {
      const ranMs = now - (job.startedAt ?? now);
      const facts = { slot, jobId, ranMs, usuallyMs: slowMs / SLOW_FACTOR };
      if (ranMs > slowMs) await this.alert(queue, entry, 'cron.slow', open.field, facts);
    } else if (job?.state === 'waiting' && job.attempt === 0) {
      if (age > graceMs && !isHeldUp) await this.alert(queue, entry, 'cron.overdue', open.field, { slot, jobId });
    } else if (job?.state !== 'waiting' && job?.state !== 'scheduled') {
      if (age > LINE_LOST_MS) await this.close(queue, open, slot, job);
      return false;
    }
    return mostLive > 0;
  }

  /** Nobody recorded the end, so what the job says counts. */
  private async close(queue: string, open: OpenRun, slot: number, job: JobSnapshot | undefined): Promise<void> {
    const { name, field, jobId } = open;
    const { trigger = 'schedule' } = (job?.payload ?? {}) as Partial<CronPayload>;
    const lines = (await this.parts.engine.cronHistory(queue, name)).map((text) => JSON.parse(text) as CronRecord);
    const own = lines.filter((line) => line.jobId === jobId);
    // A run that was refused has ended as a job, and not as a run.
    const refused = own.find((line) => line.outcome === 'skipped');
    const begun = own.find((line) => line.outcome === undefined);
    const end = endOf(job);
    const text = JSON.stringify(refused ?? { ...(begun ?? { slot, trigger, jobId }), ...end });
    const outcome = refused ? 'skipped' : end.outcome;
    await this.parts.engine.noteCron({ queue, name, line: { field, text }, outcome, closes: { field, jobId } });
  }

  private async alert(
    queue: string,
    entry: KeptCron,
    kind: CronAlert['kind'],
    about: string,
    more: object,
  ): Promise<void> {
    const beginning = JSON.parse(alertBeginning(entry.name, descriptionOf(entry))) as object;
    await this.parts.engine.alertCron(queue, entry.name, {
      kind,
      about,
      data: JSON.stringify({ ...beginning, ...more }),
    });
  }

  private calendarOf({ name, fingerprint, definition }: KeptCron): SlotCalendar {
    const known = this.calendars.get(name);
    if (known?.fingerprint === fingerprint) return known.calendar;
    const { schedule, declaredBy } = JSON.parse(definition) as CronDescription;
    const calendar = calendarOf(schedule, declaredBy);
    this.calendars.set(name, { fingerprint, calendar });
    return calendar;
  }
}

function descriptionOf({ definition }: KeptCron): CronDescription {
  return JSON.parse(definition) as CronDescription;
}

function slowFrom(durations: readonly number[]): number {
  if (durations.length < FEWEST_DURATIONS) return Infinity;
  const sorted = [...durations].sort((a, b) => a - b);
  const usual = sorted[Math.ceil(sorted.length * NEARLY_ALL) - 1];
  return Math.max(FASTEST_SLOW_MS, SLOW_FACTOR * usual);
}

function endOf(job: JobSnapshot | undefined): Partial<CronRecord> & { readonly outcome: CronOutcome } {
  const endedAt = job?.endedAt ?? job?.burial?.buriedAt;
  const end = { ...(endedAt !== undefined && { endedAt }) };
  if (job?.state === 'completed') return { ...end, outcome: 'completed' };
  if (job?.state === 'cancelled') return { ...end, outcome: 'skipped', why: 'cancelled' satisfies CronReason };
  const { errorName = 'Error', errorMessage = 'its job is gone' } = job?.burial ?? {};
  return { ...end, outcome: 'failed', error: { name: errorName, message: errorMessage } };
}
