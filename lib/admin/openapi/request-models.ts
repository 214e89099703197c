import type { JsonPatchOperation } from '../../core/replay-record.js';
import type { PlanBody } from '../requests/plan-body.js';
import { anything, count, flag, listOf, mapped, oneOf, optional, share, text } from './api-field.js';
import { apiModel } from './api-model.js';

const reason = text('Why, in 1 to 500 characters; stands in the audit');

export const ReasonBody = apiModel<{ reason: string }>('ReasonBody', { reason });

export const SelectedBodyModel = apiModel<{ reason: string; ids: string[] }>('SelectedBody', {
  reason,
  ids: listOf(text('1 to 100, each once')),
});

const OperationBody = apiModel<{ op: string; path: string; value?: unknown; from?: string }>('PatchOperationBody', {
  op: oneOf(...(['add', 'replace', 'remove', 'move', 'copy', 'test'] satisfies JsonPatchOperation['op'][])),
  path: text('A JSON Pointer'),
  value: optional(anything()),
  from: optional(text()),
});

export const ReplayBodyModel = apiModel<{
  reason: string;
  patch?: unknown[];
  life?: number;
  keepSteps?: boolean;
  newIdempotencyKey?: boolean;
}>('ReplayBody', {
  reason,
  patch: optional(listOf(OperationBody)),
  life: optional(count('The life that was looked at: in another one it is left alone')),
  keepSteps: optional(flag()),
  newIdempotencyKey: optional(flag()),
});

export const PauseBodyModel = apiModel<{ reason: string; name?: string }>('PauseBody', {
  reason,
  name: optional(text('Of a job type; without it, the whole queue')),
});

export const PlanBodyModel = apiModel<PlanBody & { reason: string }>('PlanBody', {
  reason,
  action: oneOf('replay', 'resolve'),
  selection: mapped('As the parameters of GET dead-letters; {} for all'),
  dryRun: optional(flag('Only tell how many match')),
  ratePerSecond: optional(count()),
  planId: optional(text()),
  canary: optional(count()),
  stopAbove: optional(share),
  minimum: optional(count()),
  keepSteps: optional(flag()),
});

export const SilenceBodyModel = apiModel<{ reason: string; for: string; queue?: string; name?: string; rule?: string }>(
  'SilenceBody',
  {
    reason,
    for: text("A duration such as '30m', at most 30 days"),
    queue: optional(text()),
    name: optional(text()),
    rule: optional(text()),
  },
);
