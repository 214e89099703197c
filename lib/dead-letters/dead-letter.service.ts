import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { parseJobId, type JobRef } from '../core/job-id.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { DeadLetterGroup } from '../core/dead-letter-group.js';
import type { DeadLetterSummary, Page } from '../core/job-snapshot.js';
import type { DeadLetterOutcome, JobDeadLetters, Rebirth } from '../engine/dead-letter.port.js';
import type { Actor, JobInspector } from '../engine/inspector.port.js';
import { DeadLetterSettledError, DeadLetterUnknownError } from './dead-letter.errors.js';
import { namedActor } from '../core/named-actor.js';
import { pageSize } from '../core/page-size.js';
import { editedPayload } from './payload-edit.js';
import { checkedReplay } from './replay-options.js';
import type { ReplayRequest } from './replay-request.js';
import { resolvedWindow } from './resolved-window.js';
import type { DeadLetterPlans } from './plans/dead-letter-plans.js';
import type { ArchiveReport } from './archive/archive-reports.js';
import { DeadLetterArchive } from './archive/dead-letter-archive.js';
import type { TextChunks } from './archive/text-lines.js';
import { livesOf, type DeadLetter } from './job-lives.js';
import { filterOf, groupFilterOf, type DeadLetterGroupSelection, type DeadLetterSelection } from './selection.js';
import { checkedPlan, type ReplayPlanOptions, type ResolvePlanOptions } from './plans/plan-options.js';
import type { PlanPreview, ReplayPlan } from './plans/replay-plan.js';

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

/**
 * Which groups to list, and how many at once.
 *
 * @example
 * const query: DeadLetterGroupQuery = { queue: 'billing', limit: 10 };
 * @publicApi
 */
export interface DeadLetterGroupQuery extends DeadLetterGroupSelection {
  /** Counts those of the last 24 hours hour by hour, too. Default false. */
  readonly perHour?: boolean;
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
  private readonly archive: DeadLetterArchive;

  /** @internal built by the module */
  constructor(private readonly parts: DeadLetterParts) {
    const { engine, clock, registry, plans } = parts;
    this.plans = plans;
    this.archive = new DeadLetterArchive({ engine, clock, windowOf: (type) => resolvedWindow(registry, type) });
  }

  /**
   * Newest burial first, over all queues unless one is named. For one page, no more than 1,000 are looked at: where few fit, a page
   * may be short or even empty and yet have a `nextCursor`. It is the last one when it has none.
   *
   * @throws VigilError `LIMIT_INVALID`, `CURSOR_INVALID`, `DEAD_LETTER_SELECTION_INVALID`
   */
  async list({ limit, cursor, ...selection }: DeadLetterQuery = {}): Promise<Page<DeadLetterSummary>> {
    const place = 'DeadLetterService.list';
    return this.parts.engine.deadLetters(filterOf(selection, place), pageSize(limit, place), cursor);
  }

  /**
   * By their causes: which job fails in which way, how often, since when, and whom to ask. The one with the newest burial first,
   * over all queues unless one is named. Kept up with every burial, so that it costs the same however many are dead.
   *
   * @throws VigilError `LIMIT_INVALID`, `CURSOR_INVALID`, `DEAD_LETTER_SELECTION_INVALID`
   */
  async groups({ limit, cursor, ...selection }: DeadLetterGroupQuery = {}): Promise<Page<DeadLetterGroup>> {
    const place = 'DeadLetterService.groups';
    return this.parts.engine.deadLetterGroups(groupFilterOf(selection, place), pageSize(limit, place), cursor);
  }

  /**
   * With payload and every attempt of every life; `undefined` when no such job is dead.
   *
   * @throws VigilError `JOB_ID_INVALID`
   */
  async get(id: string): Promise<DeadLetter | undefined> {
    const job = await this.parts.engine.get(parseJobId(id));
    if (job?.state !== 'dead' || !job.burial) return undefined;
    const { burial, payload, attempts: history, replays } = job;
    return { ...burial, payload, history, replays, lives: livesOf(job) };
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
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `PLAN_OPTIONS_INVALID`, `DEAD_LETTER_SELECTION_INVALID`
   */
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions & { readonly dryRun: true }): Promise<PlanPreview>;
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions & { readonly dryRun?: false }): Promise<ReplayPlan>;
  replayMany(filter: DeadLetterSelection, plan: ReplayPlanOptions): Promise<ReplayPlan | PlanPreview> {
    return this.many('replay', filter, plan);
  }

  /**
   * Resolves all that match and are dead by now, by a plan, at its pace.
   *
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `PLAN_OPTIONS_INVALID`, `DEAD_LETTER_SELECTION_INVALID`
   */
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions & { readonly dryRun: true }): Promise<PlanPreview>;
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions & { readonly dryRun?: false }): Promise<ReplayPlan>;
  resolveMany(filter: DeadLetterSelection, plan: ResolvePlanOptions): Promise<ReplayPlan | PlanPreview> {
    return this.many('resolve', filter, plan);
  }

  /**
   * All that match, as lines of JSON (NDJSON): with payload, steps and every attempt, so that `import` can bring them back. Held in
   * memory are no more than a few at a time. Nothing is taken away: see `discard`.
   *
   * @throws VigilError `DEAD_LETTER_SELECTION_INVALID`
   * @example
   * import { createWriteStream } from 'node:fs';
   * import { Readable } from 'node:stream';
   * import { pipeline } from 'node:stream/promises';
   *
   * await pipeline(Readable.from(deadLetters.export({ queue: 'billing' })), createWriteStream('billing.ndjson'));
   */
  export(selection: DeadLetterSelection = {}): AsyncGenerator<string, void> {
    return this.archive.export(filterOf(selection, 'DeadLetterService.export'), selection);
  }

  /**
   * Resolves what stands in an export, once that is safe elsewhere, to make room: only what is still dead in the very life that was
   * exported. What died since, or again, stays.
   *
   * @param archive what `export` wrote, or some of its lines, as it is read from a file
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `ARCHIVE_INVALID`
   */
  async discard(archive: TextChunks, by: Actor): Promise<ArchiveReport> {
    return this.archive.discard(archive, namedActor(by, 'DeadLetterService.discard'));
  }

  /**
   * Brings back what was exported, dead as it was, with its whole story; from there it can be replayed. Done twice, it does nothing
   * the second time. What another job has taken the key of meanwhile is refused and told.
   *
   * @param archive what `export` wrote, or some of its lines, as it is read from a file
   * @throws VigilError `ACTOR_AND_REASON_REQUIRED`, `ARCHIVE_INVALID`
   */
  async import(archive: TextChunks, by: Actor): Promise<ArchiveReport> {
    return this.archive.import(archive, namedActor(by, 'DeadLetterService.import'));
  }

  private async many(
    action: 'replay' | 'resolve',
    selection: DeadLetterSelection,
    plan: ReplayPlanOptions,
  ): Promise<ReplayPlan | PlanPreview> {
    const checked = checkedPlan(action, plan);
    const filter = filterOf(selection, `DeadLetterService.${action}Many`);
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

function settled(id: string, outcome: DeadLetterOutcome): void {
  if (outcome.status === 'unknown') throw new DeadLetterUnknownError(id);
  if (outcome.status === 'not_dead') throw new DeadLetterSettledError(id, outcome.state);
  if (outcome.status === 'other_life') throw new DeadLetterSettledError(id, 'dead', outcome.life);
}
