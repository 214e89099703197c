import type { Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { parseJobId, type JobRef } from '../core/job-id.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { DeadLetter, DeadLetterSummary, Page } from '../core/job-snapshot.js';
import type { DeadLetterFilter, DeadLetterOutcome, JobDeadLetters } from '../engine/dead-letter.port.js';
import type { Actor, JobInspector } from '../engine/inspector.port.js';
import { DeadLetterSettledError, DeadLetterUnknownError } from './dead-letter.errors.js';
import { namedActor } from './named-actor.js';
import { pageSize } from '../core/page-size.js';

/** Where no definition says how long a job answers for its key after its end. */
const DEFAULT_WINDOW_MS = 86_400_000;

/**
 * Which dead letters to list, and how many at once.
 *
 * @example
 * const query: DeadLetterQuery = { queue: 'billing', name: 'billing.charge', limit: 50 };
 * @publicApi
 */
export interface DeadLetterQuery {
  readonly queue?: string;
  /** The job's name. */
  readonly name?: string;
  /** 1 to 100. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
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
  /** @internal built by the module */
  constructor(
    private readonly engine: JobDeadLetters & Pick<JobInspector, 'get'>,
    private readonly registry: JobRegistry,
    private readonly bus: JobEventBus,
    private readonly clock: Clock,
  ) {}

  /**
   * Newest burial first, over all queues unless one is named.
   *
   * @throws VigilError `LIMIT_INVALID`
   */
  list({ queue, name, limit, cursor }: DeadLetterQuery = {}): Promise<Page<DeadLetterSummary>> {
    const filter: DeadLetterFilter = { queue, type: name };
    return this.engine.deadLetters(filter, pageSize(limit, 'DeadLetterService.list'), cursor);
  }

  /**
   * With payload and every attempt of every life; `undefined` when no such job is dead.
   *
   * @throws VigilError `JOB_ID_INVALID`
   */
  async get(id: string): Promise<DeadLetter | undefined> {
    const job = await this.engine.get(parseJobId(id));
    if (job?.state !== 'dead' || !job.burial) return undefined;
    return { ...job.burial, payload: job.payload, history: job.attempts };
  }

  /**
   * Puts it back to waiting as it is: same id, key, payload and history, a new life with all its attempts before it.
   *
   * @throws DeadLetterUnknownError, DeadLetterSettledError; VigilError `JOB_ID_INVALID`, `ACTOR_AND_REASON_REQUIRED`
   */
  async replay(id: string, by: Actor): Promise<void> {
    const ref = parseJobId(id);
    const named = namedActor(by, 'DeadLetterService.replay');
    settled(id, await this.engine.replay(ref, named));
    this.tell('job.replayed', id, ref, named);
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
    const windowMs = this.registry.get(ref.type)?.definition.policy.idempotencyWindowMs ?? DEFAULT_WINDOW_MS;
    settled(id, await this.engine.resolve(ref, windowMs, named));
    this.tell('job.resolved', id, ref, named);
  }

  private tell(type: 'job.replayed' | 'job.resolved', id: string, ref: JobRef, by: Actor): void {
    if (!this.bus.wants(type)) return;
    this.bus.emit({ type, at: this.clock.now(), id, name: ref.type, queue: ref.queue, ...by });
  }
}

function settled(id: string, outcome: DeadLetterOutcome): void {
  if (outcome.status === 'unknown') throw new DeadLetterUnknownError(id);
  if (outcome.status === 'not_dead') throw new DeadLetterSettledError(id, outcome.state);
}
