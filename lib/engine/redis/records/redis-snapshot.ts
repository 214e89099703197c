import type { AttemptRecord } from '../../../core/attempt.js';
import { formatJobId, type JobRef } from '../../../core/job-id.js';
import type { DeadLetterSummary, JobSnapshot } from '../../../core/job-snapshot.js';
import type { JobState } from '../../../core/job-state.js';
import { decodePayload } from '../../../core/payload-codec.js';
import { PRIORITIES } from '../../../core/priority.js';
import { isReplay, replayOf } from '../../replay-text.js';
import type { LiveRecord, RecordHead, TombstoneRecord } from './redis-codec.js';

/** What is kept of a job beside its record; texts are empty when there is nothing of the kind. */
export interface JobParts {
  readonly state: JobState;
  readonly due: string;
  readonly expiry: string;
  readonly past: string;
  readonly lease: string;
  readonly progress: string;
  readonly summary: string;
  readonly attempts: readonly string[];
}

export function snapshotOfTombstone(ref: JobRef, record: TombstoneRecord): JobSnapshot {
  return {
    ...identityOf(ref, record, record.state),
    ...(record.key !== undefined && { idempotencyKey: record.key }),
    ...(record.result !== undefined && { result: JSON.parse(record.result) as unknown }),
    endedAt: record.endedAt,
    attempt: 0,
    failures: 0,
    stalls: 0,
    cancelRequested: false,
    attempts: [],
    replays: [],
  };
}

/** `payload` is the text, wherever it was kept; undefined when it is gone. */
export function snapshotOfLive(
  ref: JobRef,
  record: LiveRecord,
  parts: JobParts,
  payload: string | undefined,
): JobSnapshot {
  const { state, due, expiry, past, lease, progress, summary, attempts } = parts;
  const [starts = 0, failures = 0, stalls = 0, , cancel] = past === '' ? [] : past.split('|').map(Number);
  // While it runs, its lease counts the attempt; the past learns of it at the end.
  const [, , startedAt, attempt] = lease === '' ? [] : lease.split('|', 4).map(Number);
  const burial = summary === '' ? undefined : (JSON.parse(summary) as DeadLetterSummary);
  return {
    ...identityOf(ref, record, state),
    ...(record.key !== undefined && { idempotencyKey: record.key }),
    ...(payload !== undefined && { payload: decodePayload(payload) }),
    ...(progress !== '' && { progress: JSON.parse(progress) as unknown }),
    ...(due !== '' && { dueAt: Number(due) }),
    ...(expiry !== '' && { expiresAt: Number(expiry) }),
    ...(burial && { endedAt: burial.buriedAt, burial }),
    attempt: attempt ?? starts,
    ...(startedAt !== undefined && { startedAt }),
    failures,
    stalls,
    cancelRequested: cancel === 1,
    attempts: attempts
      .filter((entry) => !isReplay(entry))
      .map((entry) => JSON.parse(firstLine(entry)) as AttemptRecord),
    replays: attempts.filter(isReplay).map((entry) => replayOf(firstLine(entry))),
  };
}

function identityOf(
  ref: JobRef,
  { version, level, enqueuedAt, life }: RecordHead,
  state: JobState,
): Pick<JobSnapshot, 'id' | 'name' | 'queue' | 'version' | 'state' | 'priority' | 'enqueuedAt' | 'life'> {
  const { queue, type } = ref;
  return { id: formatJobId(ref), name: type, queue, version, state, priority: PRIORITIES[level], enqueuedAt, life };
}

/** Behind an entry stands what is to be left of it in the middle of a long history; what is there already is only that. */
function firstLine(entry: string): string {
  const end = entry.indexOf('\n');
  return end < 0 ? entry : entry.slice(0, end);
}
