import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { parseJobId, type JobRef } from '../core/job-id.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { DeadLetter, DeadLetterSummary, Page } from '../core/job-snapshot.js';
import type { DeadLetterFilter, DeadLetterOutcome, JobDeadLetters, Rebirth } from '../engine/dead-letter.port.js';
import type { Actor, JobInspector } from '../engine/inspector.port.js';
import { DeadLetterSettledError, DeadLetterUnknownError } from './dead-letter.errors.js';
import { namedActor } from './named-actor.js';
import { pageSize } from '../core/page-size.js';
import { editedPayload } from './payload-edit.js';
import { checkedReplay } from './replay-options.js';
import type { ReplayRequest } from './replay-request.js';
import { resolvedWindow } from './resolved-window.js';
import type { DeadLetterPlans } from './plans/dead-letter-plans.js';
import { checkedPlan, type ReplayPlanOptions, type ResolvePlanOptions } from './plans/plan-options.js';
import type { PlanPreview, ReplayPlan } from './plans/replay-plan.js';

/**
 * Which dead letters are meant: all that fit everything given.
 *
 * @example
 * const selection: DeadLetterSelection = { queue: 'billing', name: 'billing.charge' };
 * @publicApi
 */
export interface DeadLetterSelection {
  readonly queue?: string;
  /** The job's name. */
  readonly name?: string;
}

/**
 * Which dead letters to list, and how many at once.
 *
 * @example
 * const query: DeadLetterQuery = { queue: 'billing', name: 'billing.charge', limit: 50 };
 * @publicApi
 */
export interface DeadLetterQuery extends DeadLetterSelection {
  /** 1 to 100. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

export interface DeadLetterParts {
  readonly engine: JobDeadLetters & Pick<JobInspector, 'get'>;
  readonly registry: JobRegistry;
  readonly bus: JobEventBus;
  readonly clock: Clock;
  readonly maxPayloadBytes: number;
  readonly plans: DeadLetterPlans;
}

/**
 * What could not be done: every buried job, with its whole story, until a person replays or resolves it. Nothing else takes a
 * dead letter away.
 *
 * @example
 * constructor(private readonly deadLetters: DeadLetterService) {}
 * async retryAfterFix(id: string) {
 *   await this.deadLetters.replay(id, { actor: 'ada@example.org', reason: 'the partner fixed its certificate' });
 * }
 * @publicApi
 */
export class DeadLetterService {
  /** Those that `replayMany` and `resolveMany` made. */
  readonly plans: DeadLetterPlans;

  /** @internal built by the module */
  constructor(private readonly parts: DeadLetterParts) {
    this.plans = parts.plans;
  }

  /**
   * Newest burial first, over all queues unless one is named.
   *
   * @throws VigilError `LIMIT_INVALID`
   */
  list({ limit, cursor, ...selection }: DeadLetterQuery = {}): Promise<Page<DeadLetterSummary>> {
    return this.parts.engine.deadLetters(filterOf(selection), pageSize(limit, 'DeadLetterService.list'), cursor);
  }

  /**
   * With payload and every attempt of every life; `undefined` when no such job is dead.
   *
   * @throws VigilError `JOB_ID_INVALID`
   */
  async get(id: string): Promise<DeadLetter | undefined> {
    const job = await this.parts.engine.get(parseJobId(id));
    if (job?.state !== 'dead' || !job.burial) return undefined;
    return { ...job.burial, payload: job.payload, history: job.attempts, replays: job.replays };
  }

  /**
   * Puts it back to waiting: same id, key and history, a new life with all its attempts before it. With `edit`, the payload is
   * another one: checked before anything is moved, by the schema of the job's handler in this process.
   *
   * @throws DeadLetterUnknownError, DeadLetterSettledError, PayloadPatchError, InvalidPayloadError; VigilError `JOB_ID_INVALID`,
   * `ACTOR_AND_REASON_REQUIRED`, `REPLAY_OPTIONS_INVALID`, `SCHEMA_UNAVAILABLE`, `PAYLOAD_NOT_JSON`, `PAYLOAD_TOO_LARGE`
   */
  async replay(id: string, request: ReplayRequest): Promise<void> {
    const ref = parseJobId(id);
    const by = namedActor(request, 'DeadLetterService.replay');
    const rebirth = await this.rebirth(id, ref, checkedReplay(request));
    settled(id, await this.parts.engine.replay(ref, by, rebirth));
    this.tell('job.replayed', id, ref, by);
  }

  /**
   * Declares it settled by other means. It leaves the dead letter queue, and for its idempotency window answers `duplicate` for
   * its key.
   *
   * @throws DeadLetterUnknownError, DeadLetterSettledError; VigilError `JOB_ID_INVALID`, `ACTOR_AND_REASON_REQUIRED`
   */
  async resolve(id: string, by: Actor): Promise<void> {
    const ref = parseJobId(id);
    const named = namedActor(by, 'DeadLetterService.resolve');
    const windowMs = resolvedWindow(this.parts.registry, ref.type);
    settled(id, await this.parts.engine.resolve(ref, windowMs, named));
    this.tell('job.resolved', id, ref, named);
  }

  /**
   * Replays all that match and are dead by now, by a plan: some first, if there is a canary, then the rest at its pace, until too
   * many of them die again. Any process carries it out, and another one goes on if that one dies.
   *
   * With `dryRun` nothing is moved: how many match, and some of them.
   *
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `PLAN_OPTIONS_INVALID`
   */
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions & { readonly dryRun: true }): Promise<PlanPreview>;
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions & { readonly dryRun?: false }): Promise<ReplayPlan>;
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions): Promise<ReplayPlan | PlanPreview> {
    return this.many('replay', filter, plan);
  }

  /**
   * Resolves all that match and are dead by now, by a plan, at its pace.
   *
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `PLAN_OPTIONS_INVALID`
   */
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions & { readonly dryRun: true }): Promise<PlanPreview>;
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions & { readonly dryRun?: false }): Promise<ReplayPlan>;
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions): Promise<ReplayPlan | PlanPreview> {
    return this.many('resolve', filter, plan);
  }

  private async many(
    action: 'replay' | 'resolve',
    selection: DeadLetterSelection,
    plan: ReplayPlanOptions,
  ): Promise<ReplayPlan | PlanPreview> {
    const checked = checkedPlan(action, plan);
    const filter = filterOf(selection);
    return checked.dryRun ? this.plans.preview(filter) : this.plans.begin(action, filter, checked);
  }

  private async rebirth(id: string, ref: JobRef, request: Omit<ReplayRequest, keyof Actor>): Promise<Rebirth> {
    const { edit, life, keepSteps = edit === undefined, newIdempotencyKey = false } = request;
    const rebirth: Rebirth = { ...(life !== undefined && { life }), keepSteps, newIdempotencyKey };
    if (!edit) return rebirth;
    const job = await this.parts.engine.get(ref);
    if (!job) throw new DeadLetterUnknownError(id);
    if (job.state !== 'dead') throw new DeadLetterSettledError(id, job.state);
    if (job.life !== (life ?? job.life)) throw new DeadLetterSettledError(id, job.state, job.life);
    // A payload belongs to its life: what was made from this one must not meet the next.
    const edited = await editedPayload(ref, job, edit, this.parts.registry, this.parts.maxPayloadBytes);
    return { ...rebirth, ...edited, life: job.life };
  }

  private tell(type: 'job.replayed' | 'job.resolved', id: string, ref: JobRef, by: Actor): void {
    if (!this.parts.bus.wants(type)) return;
    this.parts.bus.emit({ type, at: this.parts.clock.now(), id, name: ref.type, queue: ref.queue, ...by });
  }
}

function filterOf({ queue, name }: DeadLetterSelection): DeadLetterFilter {
  return { queue, type: name };
}

function settled(id: string, outcome: DeadLetterOutcome): void {
  if (outcome.status === 'unknown') throw new DeadLetterUnknownError(id);
  if (outcome.status === 'not_dead') throw new DeadLetterSettledError(id, outcome.state);
  if (outcome.status === 'other_life') throw new DeadLetterSettledError(id, 'dead', outcome.life);
}
