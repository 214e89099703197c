import type { CronRecord } from '../../core/cron-record.js';
import type { CronSummary } from '../../scheduler/cron-summary.js';
import type { AdminView } from './admin-view.js';

export interface ShownCron extends CronSummary {
  /** Newest slot first. */
  readonly history?: readonly CronRecord[];
}

export function shownCron(entry: CronSummary, view: AdminView, history?: readonly CronRecord[]): ShownCron {
  return {
    ...entry,
    ...(entry.last && { last: shownRecord(entry.last, view) }),
    ...(history && { history: history.map((record) => shownRecord(record, view)) }),
  };
}

export function shownRecord(record: CronRecord, view: AdminView): CronRecord {
  const { error } = record;
  return { ...record, ...(error && { error: { name: view.text(error.name), message: view.text(error.message) } }) };
}
