import type { ReplayPlanOptions } from '../../dead-letters/plans/plan-options.js';
import type { Actor } from '../../engine/inspector.port.js';

/** What begins a plan, beside the reason. */
export interface PlanBody extends Omit<ReplayPlanOptions, keyof Actor> {
  readonly action: 'replay' | 'resolve';
  readonly selection: object;
}

export const PLAN_FIELDS = [
  ...['action', 'selection', 'dryRun', 'ratePerSecond', 'planId', 'canary', 'stopAbove', 'minimum', 'keepSteps'],
] as readonly (keyof PlanBody)[];
