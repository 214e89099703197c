import type { DeadLetterFilter } from '../../engine/dead-letter.port.js';
import type { Actor } from '../../engine/inspector.port.js';
import type { PlanLine, PlanPart } from '../../engine/replay-plan.port.js';
import type { PlanSettings } from './plan-options.js';
import {
  isWorking,
  stateAfter,
  type PlanChange,
  type PlanFigures,
  type PlanState,
  type WorkingState,
} from './plan-state.js';
import type { ReplayPlan } from './replay-plan.js';

type Totals = PlanFigures & { readonly missed: number };

/** A plan as it is stored, but for what it has done in each queue. */
export interface PlanRecord extends Actor {
  readonly id: string;
  readonly action: 'replay' | 'resolve';
  readonly filter: DeadLetterFilter;
  readonly queues: readonly string[];
  readonly settings: PlanSettings;
  readonly state: PlanState;
  readonly resumesTo: WorkingState;
  /** One more with each change. */
  readonly revision: number;
  readonly createdAt: number;
  readonly change: Actor & {
    readonly action: PlanLine['action'];
    readonly from: PlanState | null;
    readonly at: number;
  };
  /** When it is closed. */
  readonly totals?: Totals;
}

const ACTIONS: Readonly<Record<PlanChange, PlanLine['action']>> = {
  advance: 'plan-advanced',
  pause: 'plan-paused',
  resume: 'plan-resumed',
  stop: 'plan-stopped',
  abort: 'plan-aborted',
  complete: 'plan-completed',
};

export function newPlan(
  plan: Pick<PlanRecord, 'id' | 'action' | 'filter' | 'queues' | 'settings' | 'actor' | 'reason'>,
  at: number,
): PlanRecord {
  const { actor, reason, settings } = plan;
  const state = settings.canary > 0 ? 'canary' : 'running';
  const change = { action: 'plan-begun', actor, reason, from: null, at } as const;
  return { ...plan, state, resumesTo: state, revision: 1, createdAt: at, change };
}

/** Undefined where the plan can not be changed so. */
export function changedPlan(record: PlanRecord, change: PlanChange, by: Actor, at: number): PlanRecord | undefined {
  const { state, revision } = record;
  const next = stateAfter(state, change, record.resumesTo);
  if (!next) return undefined;
  return {
    ...record,
    state: next,
    resumesTo: isWorking(next) ? next : record.resumesTo,
    revision: revision + 1,
    change: { action: ACTIONS[change], actor: by.actor, reason: by.reason, from: state, at },
  };
}

export function closedPlan(record: PlanRecord, totals: Totals): PlanRecord {
  return { ...record, totals };
}

export function encodePlan(record: PlanRecord): string {
  return JSON.stringify(record);
}

export function decodePlan(text: string): PlanRecord {
  return JSON.parse(text) as PlanRecord;
}

/** What the audit is told of the last change. */
export function lineOf({ state, revision, change, action, filter, settings }: PlanRecord): PlanLine {
  const { actor, reason, from } = change;
  const after = from === null ? { state, action, filter, ...settings } : { state };
  return {
    ...{ revision, actor, reason, action: change.action },
    before: JSON.stringify(from && { state: from }),
    after: JSON.stringify(after),
  };
}

export function totalsOf(parts: Iterable<PlanPart>): Totals {
  const totals = { moved: 0, missed: 0, completed: 0, died: 0, cancelled: 0, underWay: 0, over: true };
  for (const part of parts) {
    for (const figure of ['moved', 'missed', 'completed', 'died', 'cancelled', 'underWay'] as const)
      totals[figure] += part[figure];
    totals.over &&= part.over;
  }
  return totals;
}

export function shownPlan(record: PlanRecord, totals: Totals): ReplayPlan {
  const { id, action, state, actor, reason, queues, settings, createdAt, change } = record;
  const { canary, ratePerSecond, stopAbove, minimum } = settings;
  const { moved, missed, completed, died, cancelled, underWay } = totals;
  return {
    ...{ id, action, state, stateReason: change.reason, actor, reason, queues },
    ...{ canary, ratePerSecond, stopAbove, minimum, createdAt, changedAt: change.at },
    ...{ moved, missed, completed, died, cancelled, underWay, closed: record.totals !== undefined },
  };
}
