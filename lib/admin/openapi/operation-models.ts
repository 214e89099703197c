import type { AuditEntry } from '../../engine/dead-letter.port.js';
import type { QueueStats, TypeStats } from '../../engine/inspector.port.js';
import type { PlanPreview, ReplayPlan } from '../../dead-letters/plans/replay-plan.js';
import type { Alert, ChannelTrial, Silence } from '../../monitoring/alerts/alert.service.js';
import type { Outcome } from '../problems/outcomes.js';
import type { ProblemDetails, ProblemField } from '../problems/problem-details.js';
import type { Access } from '../access/access-questions.js';
import { count, flag, instant, listOf, mapped, model, oneOf, optional, share, text } from './api-field.js';
import { apiModel } from './api-model.js';
import { SummaryModel } from './job-models.js';

const COUNTED = {
  type: text(),
  version: count(),
  scheduled: count(),
  waiting: count(),
  active: count(),
  dead: count(),
  accepted: count(),
  completed: count(),
  cancelled: count(),
  resolved: count(),
};

export const CountedTypeModel = apiModel<Omit<TypeStats, 'paused'>>('CountedType', COUNTED);
const TypeStatsModel = apiModel<TypeStats>('TypeStats', { ...COUNTED, paused: flag() });

export const QueueModel = apiModel<QueueStats>('Queue', {
  queue: text(),
  paused: flag(),
  types: listOf(TypeStatsModel),
});

export const PlanModel = apiModel<ReplayPlan>('Plan', {
  id: text(),
  action: oneOf('replay', 'resolve'),
  state: oneOf('canary', 'running', 'paused', 'completed', 'stopped', 'aborted'),
  stateReason: text(),
  actor: text(),
  reason: text(),
  queues: listOf(text()),
  canary: count(),
  ratePerSecond: count(),
  stopAbove: share,
  minimum: count(),
  createdAt: instant,
  changedAt: instant,
  moved: count(),
  missed: count('Somebody else dealt with them first'),
  completed: count(),
  died: count(),
  cancelled: count(),
  underWay: count(),
  closed: flag(),
});

export const PreviewModel = apiModel<PlanPreview>('PlanPreview', { matching: count(), sample: listOf(SummaryModel) });

export const AlertModel = apiModel<Alert>('Alert', {
  id: text(),
  rule: text(),
  state: oneOf('firing', 'resolved'),
  severity: oneOf('critical', 'error', 'warning', 'info'),
  what: text(),
  since: instant,
  lastSeen: instant,
  count: count(),
  queue: optional(text()),
  name: optional(text()),
  owner: optional(text()),
  runbook: optional(text()),
  lastError: optional(text()),
  samples: listOf(text()),
  resolvedAt: optional(instant),
  isSilenced: flag(),
  undelivered: mapped('The last error by channel'),
});

export const SilenceModel = apiModel<Silence>('Silence', {
  id: text(),
  queue: optional(text()),
  name: optional(text()),
  rule: optional(text()),
  since: instant,
  until: instant,
  actor: text(),
  reason: text(),
});

export const AccessModel = apiModel<Access>('Access', {
  rights: listOf(oneOf('view', 'view-payload', 'operate')),
  actor: optional(text('The name under which a change would stand in the audit')),
});

export const IdModel = apiModel<{ id: string }>('Id', { id: text() });

const TrialModel = apiModel<ChannelTrial>('ChannelTrial', { channel: text(), error: optional(text()) });
export const TrialsModel = apiModel<{ items: object[] }>('ChannelTrials', { items: listOf(TrialModel) });

export const AuditModel = apiModel<AuditEntry>('AuditEntry', {
  entryId: text(),
  queue: text(),
  at: instant,
  action: text(),
  actor: text(),
  reason: text(),
  target: text("A job's id, a job type, a queue, or the id of a plan or a silence"),
  before: optional(text('JSON')),
  after: optional(text('JSON')),
});

const ProblemFieldModel = apiModel<ProblemField>('ProblemField', { pointer: text('A JSON Pointer'), detail: text() });

export const ProblemModel = apiModel<ProblemDetails>('Problem', {
  type: text(),
  title: text(),
  status: count(),
  detail: optional(text()),
  code: optional(text('Stable, as docs/errors.md has it')),
  errors: optional(listOf(ProblemFieldModel)),
});

const OutcomeModel = apiModel<Outcome>('Outcome', {
  id: text(),
  ok: flag(),
  problem: optional(model(ProblemModel)),
});
export const OutcomesModel = apiModel<{ items: object[] }>('Outcomes', { items: listOf(OutcomeModel) });
