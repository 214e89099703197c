import type { CronOutcome, CronReason, CronRecord } from '../core/cron-record.js';
import { parseJobId } from '../core/job-id.js';
import type { JobSnapshot } from '../core/job-snapshot.js';
import type { CronAlert, CronStore, KeptCron, OpenRun } from '../engine/cron.port.js';
import type { JobFigures } from '../engine/figures.port.js';
import type { JobInspector } from '../engine/inspector.port.js';
import { CRON_STANDS_MS } from '../engine/store-limits.js';
import { alertBeginning, type CronDescription } from './cron-entry.js';
import type { RunPayload } from './slot-request.js';
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
  private readonly calendars = new Map<string, SlotCalendar>();

  constructor(private readonly parts: CronWatchParts) {}

  async run(queue: string): Promise<void> {
    const { engine } = this.parts;
    const kept = await engine.keptCron(queue);
    if (kept.length === 0) return;
    const now = await engine.storeTime();
    for (const entry of kept) await this.lookAtSlots(queue, entry, now);
    const byName = new Map(kept.map((entry) => [entry.name, entry]));
    for (const open of await engine.openRuns(queue)) {
      const entry = byName.get(open.name);
      if (entry) await this.lookAtRun(queue, entry, open, now);
    }
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

  private async lookAtRun(queue: string, entry: KeptCron, open: OpenRun, now: number): Promise<void> {
    const { graceMs } = descriptionOf(entry);
    const age = now - open.since;
    const slowMs = slowFrom(entry.durations);
    if (age <= Math.min(graceMs, slowMs, LINE_LOST_MS)) return;
    const slot = Number(open.field.slice(0, open.field.indexOf(':')));
    const { jobId } = open;
    const job = await this.parts.engine.get(parseJobId(jobId));
    if (job?.state === 'active') {
      const facts = { slot, jobId, ranMs: age, usuallyMs: slowMs / SLOW_FACTOR };
      if (age > slowMs) await this.alert(queue, entry, 'cron.slow', open.field, facts);
    } else if (job?.state === 'waiting' && job.attempt === 0) {
      if (age > graceMs) await this.alert(queue, entry, 'cron.overdue', open.field, { slot, jobId });
    } else if (job?.state !== 'waiting' && job?.state !== 'scheduled' && age > LINE_LOST_MS) {
      await this.close(queue, open, slot, job);
    }
  }

  /** Nobody recorded the end, so what the job says counts. */
  private async close(queue: string, open: OpenRun, slot: number, job: JobSnapshot | undefined): Promise<void> {
    const { name, field, jobId } = open;
    const { trigger = 'schedule' } = (job?.payload ?? {}) as Partial<RunPayload>;
    const lines = (await this.parts.engine.cronHistory(queue, name)).map((text) => JSON.parse(text) as CronRecord);
    const begun = lines.find((line) => line.jobId === jobId && line.outcome === undefined);
    const end = endOf(job);
    const text = JSON.stringify({ ...(begun ?? { slot, trigger, jobId }), ...end });
    const { outcome } = end;
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
    const key = `${name} ${fingerprint}`;
    let calendar = this.calendars.get(key);
    if (!calendar) {
      const { schedule, declaredBy } = JSON.parse(definition) as CronDescription;
      this.calendars.set(key, (calendar = calendarOf(schedule, declaredBy)));
    }
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
