import type { CronPayload } from '../core/cron-payload.js';
import type { CronRecord } from '../core/cron-record.js';
import type { CronTrigger } from '../core/cron-run.js';
import { formatJobId, newOp, slotOfKey } from '../core/job-id.js';
import type { CronLine, SlotTake } from '../engine/cron.port.js';
import type { Actor } from '../engine/inspector.port.js';
import type { EnqueueRequest } from '../engine/producer.port.js';
import { alertBeginning, type CronDescription } from './cron-entry.js';

/** Of a payload that nobody ever compares: a slot has but one. */
const NO_HASH = '-';

/** Which entry, as whoever takes a slot of it knows it. */
export interface SlotOwner {
  readonly name: string;
  readonly queue: string;
  readonly fingerprint: string;
  readonly description: CronDescription;
  /** Of the process that asks. */
  readonly instance: string;
}

export interface SlotWish {
  readonly slot: number;
  readonly kind: SlotTake['kind'];
  readonly trigger: CronTrigger;
  readonly after: number;
  readonly missed?: readonly CronLine[];
  readonly missedCount?: number;
  readonly by?: Actor;
}

/** Of the history: the lines of a run and of its attempts begin alike. */
export function fieldOf(slot: number, op: string): string {
  return `${slot}:${op}`;
}

/** A slot for the store to decide, with the job that is its run. */
export function slotTake(owner: SlotOwner, wish: SlotWish): SlotTake {
  const { slot, kind, trigger, after, missed = [], missedCount = missed.length, by } = wish;
  const { description, instance, fingerprint } = owner;
  const run = { slot, trigger, ...(kind === 'late' && { late: true as const }) };
  const request = requestOf(owner, run, kind === 'manual');
  const record: CronRecord = { slot, trigger, jobId: formatJobId(request), instance };
  const overlap: CronRecord = { slot, trigger, instance, outcome: 'skipped', why: 'overlap' };
  return {
    ...{ request, slot, kind, fingerprint, after, missed, missedCount, instance },
    mostLive: description.mostLive,
    line: { field: fieldOf(slot, request.op), text: JSON.stringify(record) },
    overlapText: JSON.stringify(overlap),
    alert: alertBeginning(owner.name, description),
    ...(by && { by }),
  };
}

/** The key is the slot, so that what the store forgot of the entry can not make it run twice. */
function requestOf({ name, queue, description }: SlotOwner, run: CronPayload, isManual: boolean): EnqueueRequest {
  const op = newOp();
  const at = new Date(run.slot).toISOString();
  const key = isManual ? `${at}-${op}` : at;
  const payload = JSON.stringify(run);
  const { level } = description;
  return {
    queue,
    type: name,
    version: 1,
    slotKey: slotOfKey(key),
    op,
    key,
    level,
    payload,
    payloadHash: NO_HASH,
  };
}
