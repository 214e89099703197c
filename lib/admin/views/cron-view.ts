import type { CronRecord } from '../../core/cron-record.js';
import type { CronSummary } from '../../scheduler/cron-summary.js';
import type { AdminView } from './admin-view.js';

export function shownCron(entry: CronSummary, view: AdminView): CronSummary {
  return { ...entry, ...(entry.last && { last: shownRecord(entry.last, view) }) };
}

export function shownRecord(record: CronRecord, view: AdminView): CronRecord {
  const { error } = record;
  return { ...record, ...(error && { error: { name: error.name, message: view.text(error.message) } }) };
}
