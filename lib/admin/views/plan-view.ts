import type { ReplayPlan } from '../../dead-letters/plans/replay-plan.js';
import type { AdminView } from './admin-view.js';

export function shownPlan(plan: ReplayPlan, view: AdminView): ReplayPlan {
  return { ...view.said(plan), stateReason: view.text(plan.stateReason) };
}
