import { OptionChecks } from '../../core/option-checks.js';
import type { Actor } from '../../engine/inspector.port.js';
import { namedActor } from '../../core/named-actor.js';
import type { PlanLimits } from './plan-state.js';

/**
 * Who resolves many dead letters, and why.
 *
 * @example
 * const plan: ResolvePlanOptions = { actor: 'ada@example.org', reason: 'refunded in bulk, ticket 4711' };
 * @publicApi
 */
export interface ResolvePlanOptions extends Actor {
  /** Only tell how many match, and show some: nothing is moved, and no plan is made. Default false. */
  readonly dryRun?: boolean;
  /** No more in a second. 1 to 10,000. Default 100. */
  readonly ratePerSecond?: number;
  /** A name of your own for the plan: asked for again, it is the same plan. 1 to 64 letters, digits, `_`, `-`. Default random. */
  readonly planId?: string;
}

/**
 * Who replays many dead letters, why, and how carefully.
 *
 * @example
 * const plan: ReplayPlanOptions = {
 *   actor: 'ada@example.org',
 *   reason: 'the partner mended its certificate',
 *   canary: 20,
 *   ratePerSecond: 50,
 *   stopAbove: 0.1,
 * };
 * @publicApi
 */
export interface ReplayPlanOptions extends ResolvePlanOptions {
  /** So many first: the rest follows when these have ended, and not more of them than `stopAbove` died again. Default 0: none. */
  readonly canary?: number;
  /** Stop when a larger share of those that ended died again. 0 to 1. Default 0.25. */
  readonly stopAbove?: number;
  /** The share counts from so many ends on; for the canary, when it has ended. Default 20. */
  readonly minimum?: number;
  /** Keep what `ctx.step` remembers. Default true. */
  readonly keepSteps?: boolean;
}

/** Checked, with every default filled in. */
export interface PlanSettings extends PlanLimits {
  readonly ratePerSecond: number;
  readonly keepSteps: boolean;
}

export interface CheckedPlan extends Actor {
  readonly dryRun: boolean;
  readonly planId?: string;
  readonly settings: PlanSettings;
}

const FOR_BOTH = ['actor', 'reason', 'dryRun', 'ratePerSecond', 'planId'] as const;
const FOR_REPLAYS = ['canary', 'stopAbove', 'minimum', 'keepSteps'] as const;
const FASTEST = 10_000;
const MOST = 1_000_000;

/** @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `PLAN_OPTIONS_INVALID` */
export function checkedPlan(action: 'replay' | 'resolve', options: ReplayPlanOptions): CheckedPlan {
  const place = `DeadLetterService.${action}Many`;
  const by = namedActor(options, place);
  const checks = new OptionChecks(place, 'PLAN_OPTIONS_INVALID');
  checks.knownOptions(options, action === 'replay' ? [...FOR_BOTH, ...FOR_REPLAYS] : FOR_BOTH);
  const { dryRun = false, ratePerSecond = 100, planId, canary = 0, stopAbove = 0.25, minimum = 20 } = options;
  if (typeof stopAbove !== 'number' || !(stopAbove >= 0 && stopAbove <= 1))
    checks.fail(`stopAbove is ${String(stopAbove)}; it must be a share from 0 to 1.`);
  return {
    ...by,
    dryRun: checks.boolean('dryRun', dryRun),
    ...(planId !== undefined && {
      planId: checks.matching('planId', planId, /^[\w-]{1,64}$/, 'Use 1 to 64 letters, digits, _ and -.'),
    }),
    settings: {
      ratePerSecond: checks.whole('ratePerSecond', ratePerSecond, 1, FASTEST),
      canary: checks.whole('canary', canary, 0, MOST),
      stopAbove,
      minimum: checks.whole('minimum', minimum, 1, MOST),
      keepSteps: checks.boolean('keepSteps', options.keepSteps ?? true),
    },
  };
}
