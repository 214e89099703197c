import type { AttemptOfLife } from '../../dead-letters/job-lives.js';
import type { ErrorCause, RecordedError } from '../../core/attempt.js';
import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import { BURIAL_REASONS } from '../../core/job-state.js';
import type { DeadLetterGroup } from '../../core/dead-letter-group.js';
import type { ReplayRecord } from '../../core/replay-record.js';
import type { ListedJob, ShownPayload } from '../views/job-view.js';
import type { ShownOperation } from '../views/admin-view.js';
import type { ShownJob, ToldLife } from '../views/job-story.js';
import {
  anything,
  count,
  flag,
  instant,
  key,
  listOf,
  model,
  oneOf,
  optional,
  orElse,
  span,
  text,
} from './api-field.js';
import { apiModel } from './api-model.js';

const STATES = ['scheduled', 'waiting', 'active', 'completed', 'dead', 'cancelled', 'resolved'];

const ErrorCauseModel = apiModel<ErrorCause>('ErrorCause', {
  name: text(),
  message: text(),
  code: optional(text()),
});

const ErrorModel = apiModel<RecordedError>('Error', {
  name: text("The error's class"),
  message: text(),
  code: optional(text()),
  stack: optional(text()),
  httpStatus: optional(count()),
  causes: listOf(ErrorCauseModel),
});

const AttemptWorkerModel = apiModel<{ id: string; host: string; pid: number }>('AttemptWorker', {
  id: text(),
  host: text(),
  pid: count(),
});

const AttemptModel = apiModel<AttemptOfLife>('Attempt', {
  attempt: count('From 1, counted anew in each life'),
  life: count('0 for the first one'),
  outcome: oneOf('failed', 'timeout', 'stalled', 'cancelled', 'expired', 'no_handler', 'lost-lock'),
  error: optional(model(ErrorModel)),
  startedAt: instant,
  endedAt: instant,
  worker: optional(model(AttemptWorkerModel)),
  nextRetryAt: optional(instant),
  abridged: optional(flag('The middle of a long history is shortened')),
  waitMs: optional(span),
});

const OperationModel = apiModel<ShownOperation & { value?: unknown; from?: string }>('PatchOperation', {
  op: oneOf('add', 'replace', 'remove', 'move', 'copy', 'test'),
  path: text('A JSON Pointer'),
  value: optional(anything('Only for those who may see payloads')),
  from: optional(text()),
});

const ReplayModel = apiModel<ReplayRecord>('Replay', {
  life: count('The life that began'),
  at: instant,
  actor: text(),
  reason: text(),
  planId: optional(text()),
  patch: optional(orElse(listOf(OperationModel), 'left out')),
  keptSteps: optional(flag()),
  newIdempotencyKey: optional(flag()),
});

const SUMMARY = {
  id: text(),
  name: text("The job's name"),
  queue: text(),
  version: count(),
  reason: oneOf(...BURIAL_REASONS),
  idempotencyKey: optional(key),
  life: count(),
  attempts: count(),
  failures: optional(count()),
  maxAttempts: optional(count()),
  errorName: text(),
  errorMessage: text(),
  httpStatus: optional(count()),
  group: text('The cause that it has in common with others'),
  worker: optional(text()),
  enqueuedAt: instant,
  buriedAt: instant,
  owner: optional(text()),
  runbook: optional(text()),
  severity: optional(text()),
  compensatedBy: optional(text()),
};

export const SummaryModel = apiModel<DeadLetterSummary>('DeadLetterSummary', SUMMARY);

const LifeModel = apiModel<ToldLife>('Life', {
  life: count(),
  begunBy: optional(model(ReplayModel)),
  attempts: listOf(AttemptModel),
  burial: optional(model(SummaryModel)),
});

export const LetterModel = apiModel<DeadLetterSummary & { lives: unknown[] }>('DeadLetter', {
  ...SUMMARY,
  lives: listOf(LifeModel),
});

export const LetterPayloadModel = apiModel<Pick<ShownPayload, 'id' | 'life' | 'payload' | 'replays'>>('LetterPayload', {
  id: text(),
  life: count(),
  payload: optional(anything('Without secrets')),
  replays: listOf(ReplayModel),
});

export const PayloadModel = apiModel<ShownPayload>('JobPayload', {
  id: text(),
  life: count(),
  payload: optional(anything('Without secrets')),
  result: optional(anything()),
  progress: optional(anything()),
  replays: listOf(ReplayModel),
});

const LISTED = {
  id: text(),
  name: text(),
  queue: text(),
  version: count(),
  state: oneOf(...STATES),
  priority: oneOf('high', 'normal', 'low', 'bulk'),
  idempotencyKey: optional(key),
  enqueuedAt: optional(instant),
  dueAt: optional(instant),
  expiresAt: optional(instant),
  endedAt: optional(instant),
  attempt: count('Attempts begun in this life'),
  startedAt: optional(instant),
  failures: count(),
  stalls: count(),
  life: count(),
  cancelRequested: flag(),
  burial: optional(model(SummaryModel)),
};

export const ListedJobModel = apiModel<ListedJob>('ListedJob', LISTED);
export const JobModel = apiModel<ShownJob>('Job', { ...LISTED, lives: listOf(LifeModel) });

export const CancelModel = apiModel<{ id: string; status: string }>('Cancellation', {
  id: text(),
  status: oneOf('cancelled', 'requested'),
});

export const GroupModel = apiModel<DeadLetterGroup>('DeadLetterGroup', {
  group: text(),
  queue: text(),
  name: text(),
  errorName: text(),
  message: text('With placeholders where they differ'),
  count: count(),
  firstSeenAt: instant,
  lastSeenAt: instant,
  reasons: listOf(oneOf(...BURIAL_REASONS)),
  versions: listOf(count()),
  workers: listOf(text()),
  samples: listOf(text('Ids of the newest')),
  perHour: optional(listOf(count('Burials in each of the last 24 hours, the oldest first'))),
  owner: optional(text()),
  runbook: optional(text()),
  severity: optional(text()),
});
