import { VigilError } from '../../core/vigil.error.js';
import type { PlanState } from './plan-state.js';

/**
 * There is no such plan.
 *
 * @example
 * if (error instanceof PlanUnknownError) throw new NotFoundException();
 * @publicApi
 */
export class PlanUnknownError extends VigilError {
  constructor(readonly planId: string) {
    super('PLAN_UNKNOWN', `there is no plan ${planId}. Use the id that replayMany or resolveMany returned, unchanged.`);
  }
}

/**
 * The plan can not be changed so from the state it is in: it is over, or somebody else was faster.
 *
 * @example
 * if (error instanceof PlanStateError) logger.log(`${error.planId} is ${error.state} already`);
 * @publicApi
 */
export class PlanStateError extends VigilError {
  constructor(
    readonly planId: string,
    readonly state: PlanState,
    change: string,
  ) {
    super('PLAN_STATE', `plan ${planId} is ${state}, so there is nothing to ${change}. For more, begin another plan.`);
  }
}
