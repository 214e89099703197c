import { randomBytes } from 'node:crypto';
import type { Clock } from '../../core/clock.js';
import type { Page } from '../../core/job-snapshot.js';
import { pageSize } from '../../core/page-size.js';
import type { DeadLetterFilter, JobDeadLetters } from '../../engine/dead-letter.port.js';
import type { Actor, JobInspector } from '../../engine/inspector.port.js';
import type { ReplayPlans } from '../../engine/replay-plan.port.js';
import { namedActor } from '../../core/named-actor.js';
import type { CheckedPlan } from './plan-options.js';
import {
  changedPlan,
  decodePlan,
  encodePlan,
  lineOf,
  newPlan,
  shownPlan,
  totalsOf,
  type PlanRecord,
} from './plan-record.js';
import type { PlanRunner } from './plan-runner.js';
import type { PlanChange } from './plan-state.js';
import { PlanStateError, PlanUnknownError } from './plan.errors.js';
import { previewOf } from './plan-preview.js';
import type { PlanPreview, ReplayPlan } from './replay-plan.js';

/**
 * Which plans to list.
 *
 * @example
 * const query: PlanQuery = { limit: 10 };
 * @publicApi
 */
export interface PlanQuery {
  /** 1 to 100. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface PlanParts {
  readonly engine: ReplayPlans &
    Pick<JobDeadLetters, 'deadLetters' | 'deadLetterGroups'> &
    Pick<JobInspector, 'queues' | 'stats'>;
  readonly clock: Clock;
  readonly runner: Pick<PlanRunner, 'kick'>;
}

/** Of others who change a plan in the same moment. */
const MOST_TRIES = 5;

/**
 * Plans over many dead letters: made by `replayMany` and `resolveMany`, carried out by whichever process is there, and changed by
 * people.
 *
 * @example
 * const plan = await deadLetters.replayMany({ queue: 'billing' }, { actor: 'ada', reason: 'the bank is back', canary: 10 });
 * const { state, completed, died } = await deadLetters.plans.progress(plan.id);
 * @publicApi
 */
export class DeadLetterPlans {
  /** @internal built by the module */
  constructor(private readonly parts: PlanParts) {}

  /**
   * How far it has come; when it is over, its report.
   *
   * @throws PlanUnknownError
   */
  async progress(planId: string): Promise<ReplayPlan> {
    const stored = await this.parts.engine.readPlan(planId);
    if (!stored) throw new PlanUnknownError(planId);
    return this.shown(decodePlan(stored.text));
  }

  /**
   * Newest first.
   *
   * @throws VigilError `LIMIT_INVALID`, `CURSOR_INVALID`
   */
  async list({ limit, cursor }: PlanQuery = {}): Promise<Page<ReplayPlan>> {
    const { items, ...rest } = await this.parts.engine.listPlans(pageSize(limit, 'DeadLetterPlans.list'), cursor);
    const plans: ReplayPlan[] = [];
    for (const text of items) plans.push(await this.shown(decodePlan(text)));
    return { items: plans, ...rest };
  }

  /**
   * Nothing more is moved once this has resolved, until `resume`. What was replayed runs on.
   *
   * @throws PlanUnknownError, PlanStateError; VigilError `ACTOR_AND_REASON_REQUIRED`
   */
  pause(planId: string, by: Actor): Promise<ReplayPlan> {
    return this.change(planId, 'pause', by);
  }

  /** @throws PlanUnknownError, PlanStateError; VigilError `ACTOR_AND_REASON_REQUIRED` */
  resume(planId: string, by: Actor): Promise<ReplayPlan> {
    return this.change(planId, 'resume', by);
  }

  /**
   * Nothing more is moved once this has resolved. What was replayed runs on, and its ends are still counted.
   *
   * @throws PlanUnknownError, PlanStateError; VigilError `ACTOR_AND_REASON_REQUIRED`
   */
  abort(planId: string, by: Actor): Promise<ReplayPlan> {
    return this.change(planId, 'abort', by);
  }

  /** @internal for DeadLetterService */
  async preview(filter: DeadLetterFilter): Promise<PlanPreview> {
    return previewOf(filter, this.parts.engine);
  }

  /** @internal for DeadLetterService */
  async begin(action: 'replay' | 'resolve', filter: DeadLetterFilter, plan: CheckedPlan): Promise<ReplayPlan> {
    const { engine, clock, runner } = this.parts;
    const { actor, reason, settings, planId: id = randomBytes(9).toString('base64url') } = plan;
    const queues = filter.queue === undefined ? await engine.queues() : [filter.queue];
    const record = newPlan({ id, action, filter, queues, settings, actor, reason }, clock.now());
    const stored = await engine.writePlan({ planId: id, text: encodePlan(record), live: true });
    // There is one of the name.
    if (!stored) return this.progress(id);
    await this.tellQueues(record, stored.fence);
    runner.kick();
    return this.shown(record);
  }

  private async change(planId: string, change: PlanChange, by: Actor): Promise<ReplayPlan> {
    const { engine, clock, runner } = this.parts;
    const named = namedActor(by, `DeadLetterPlans.${change}`);
    for (let left = MOST_TRIES; ; left--) {
      const before = await engine.readPlan(planId);
      if (!before) throw new PlanUnknownError(planId);
      const record = decodePlan(before.text);
      const next = changedPlan(record, change, named, clock.now());
      if (!next || left === 0) throw new PlanStateError(planId, record.state, change);
      const write = { planId, expected: before.text, text: encodePlan(next), live: true };
      const stored = await engine.writePlan(write);
      if (!stored) continue;
      await this.tellQueues(next, stored.fence);
      runner.kick();
      return this.shown(next);
    }
  }

  /** Marks what is dead by now where the plan is new, and shuts out who moves it at this moment. */
  private async tellQueues(record: PlanRecord, fence: number): Promise<void> {
    for (const queue of record.queues) await this.parts.engine.openPlanPart(queue, record.id, fence, lineOf(record));
  }

  private async shown(record: PlanRecord): Promise<ReplayPlan> {
    if (record.totals) return shownPlan(record, record.totals);
    const looks = record.queues.map((queue) => this.parts.engine.lookAtPlanned(queue, record.id, 0));
    return shownPlan(record, totalsOf(await Promise.all(looks)));
  }
}
