import type { CronRecord } from '../../core/cron-record.js';
import type { ShownCron } from '../views/cron-view.js';
import { count, instant, listOf, model, oneOf, optional, orElse, span, text } from './api-field.js';
import { apiModel } from './api-model.js';

const CronErrorModel = apiModel<{ name: string; message: string }>('CronError', { name: text(), message: text() });

const CronRecordModel = apiModel<CronRecord>('CronRecord', {
  slot: instant,
  trigger: oneOf('schedule', 'manual', 'catch-up'),
  outcome: optional(oneOf('completed', 'failed', 'skipped', 'missed', 'lost-lock')),
  why: optional(
    oneOf('overlap', 'lock-held', 'slot-taken', 'lock-unavailable', 'paused', 'stopped', 'cancelled', 'late', 'down'),
  ),
  by: optional(text('Who was in the way')),
  instance: optional(text('host:pid')),
  jobId: optional(text('The run as a job')),
  attempt: optional(count()),
  life: optional(count()),
  startedAt: optional(instant),
  endedAt: optional(instant),
  durationMs: optional(span),
  error: optional(model(CronErrorModel)),
});

export const CronModel = apiModel<ShownCron>('Cron', {
  name: text(),
  queue: text(),
  state: oneOf('scheduled', 'running', 'paused', 'stopped', 'unattended'),
  expression: text(),
  zone: text('A name of the IANA list, or minutes beyond UTC'),
  overlap: oneOf('skip', 'queue-one', 'allow'),
  lock: orElse(text('Where it is kept; false for none'), false),
  nextSlots: listOf(instant),
  last: optional(model(CronRecordModel)),
  history: optional(listOf(CronRecordModel)),
  live: count('Runs that wait or run'),
  seenAt: instant,
  declaredBy: text('Class.method'),
  owner: optional(text()),
  runbook: optional(text()),
});

export const CronHistoryModel = apiModel<{ items: CronRecord[] }>('CronHistory', { items: listOf(CronRecordModel) });
