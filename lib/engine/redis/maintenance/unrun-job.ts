import type { JobRef } from '../../../core/job-id.js';
import { storeBurial, storeEntry, type StoreEnding } from '../../store-burial.js';
import { decodeRecord, type LiveRecord } from '../records/redis-codec.js';
import { LAYOUT } from '../redis-keys.js';
import { historyText } from '../records/history-text.js';
import type { WorkerCensus } from './worker-census.js';

/** A member of a list or set of jobs that are not running. */
export interface UnrunJob extends JobRef {
  readonly member: string;
  readonly attempt: number;
  /** The beginning of what stands at its place, all but the payload. */
  readonly record: string;
}

/** As scripts/fragments/unrun.lua tells them. */
export function unrunJobs(queue: string, reply: readonly string[]): UnrunJob[] {
  const jobs: UnrunJob[] = [];
  for (let at = 0; at < reply.length; at += 4) {
    const [type, member, attempt, record] = reply.slice(at, at + 4) as [string, string, string, string];
    const [slotKey = '', op = ''] = member.split('~');
    jobs.push({ queue, type, slotKey, op, member, attempt: Number(attempt), record });
  }
  return jobs;
}

/** Entry, summary, group and its label for the script that buries it; empty when its place has no such live job. */
export function unrunBurial(job: UnrunJob, reason: 'expired' | 'no_handler', census: WorkerCensus): string[] {
  const { queue, type, slotKey, op, member, attempt } = job;
  const record = liveRecord(job.record, slotKey);
  if (!record || `${slotKey}~${record.op}~${record.life}` !== member) return ['', '', '', ''];
  const { version, key, life, enqueuedAt } = record;
  const policy = census.policy(type);
  return burialArguments({
    ...{ queue, type, slotKey, op, reason, version, key, life, attempt, enqueuedAt, policy },
    startedAt: 0,
    at: census.now,
  });
}

/** The record of a live job, of a layout that this process knows; its payload may be cut. */
export function liveRecord(beginning: string, slotKey: string): LiveRecord | undefined {
  if (!beginning.startsWith(`${LAYOUT}L`)) return undefined;
  return decodeRecord(beginning, slotKey) as LiveRecord;
}

export function burialArguments(ending: StoreEnding): string[] {
  const { summary, group, groupLabel } = storeBurial(ending);
  return [historyText(storeEntry(ending)), summary, group, groupLabel];
}

export function refOf({ queue, type, slotKey, op }: JobRef): JobRef {
  return { queue, type, slotKey, op };
}
