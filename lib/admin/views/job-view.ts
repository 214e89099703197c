import type { DeadLetterSummary, JobSnapshot } from '../../core/job-snapshot.js';
import type { AdminView } from './admin-view.js';

type Hidden = 'payload' | 'result' | 'progress';

/** A job in a list. */
export type ListedJob = Omit<JobSnapshot, Hidden | 'attempts' | 'replays'>;

/** What takes a right of its own to see. */
export interface ShownPayload extends Pick<JobSnapshot, 'id' | 'replays' | Hidden> {
  readonly life: number;
}

export function listedJob(
  {
    payload: _payload,
    result: _result,
    progress: _progress,
    attempts: _attempts,
    replays: _replays,
    ...job
  }: JobSnapshot,
  view: AdminView,
): ListedJob {
  const burial: DeadLetterSummary | undefined = job.burial && view.summary(job.burial);
  return { ...job, ...(burial && { burial }) };
}

export function shownPayload(
  { id, life, payload, result, progress, replays }: JobSnapshot,
  view: AdminView,
): ShownPayload {
  return {
    ...{ id, life },
    ...(payload !== undefined && { payload: view.value(payload) }),
    ...(result !== undefined && { result: view.value(result) }),
    ...(progress !== undefined && { progress: view.value(progress) }),
    replays: replays.map((replay) => view.replayWithValues(replay)),
  };
}
