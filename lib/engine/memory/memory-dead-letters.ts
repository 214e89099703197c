import type { Clock } from '../../core/clock.js';
import { formatJobId, type JobRef } from '../../core/job-id.js';
import type { DeadLetterSummary, Page } from '../../core/job-snapshot.js';
import type { AuditEntry, DeadLetterFilter, DeadLetterOutcome, JobDeadLetters, Rebirth } from '../dead-letter.port.js';
import type { Actor } from '../inspector.port.js';
import { replayAfter, replayEntry, replayTexts, resolutionAfter } from '../replay-text.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryJob } from './memory-job.js';
import type { MemoryQueue, VersionLine } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';
import { summaryOf, type MemoryTransitions } from './memory-transitions.js';
import { pageOf, positionOf } from './page.js';

interface PlannedResolution {
  readonly planId?: string;
  readonly life?: number;
}

export class MemoryDeadLetters implements JobDeadLetters {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly log: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  async deadLetters(
    { queue, type }: DeadLetterFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<DeadLetterSummary>> {
    const queues = this.store.queues().filter(({ name }) => name === (queue ?? name));
    const lines = queues.flatMap((each) => [...each.lines()]).filter((line) => line.type === (type ?? line.type));
    return pageOf(newestDead(lines, positionOf(cursor, Infinity)), limit, summaryOf);
  }

  async replay(ref: JobRef, by: Actor, rebirth?: Rebirth): Promise<DeadLetterOutcome> {
    return this.replayNow(ref, by, rebirth);
  }

  async resolve(ref: JobRef, windowMs: number, by: Actor): Promise<DeadLetterOutcome> {
    return this.resolveNow(ref, windowMs, by);
  }

  replayNow(ref: JobRef, by: Actor, rebirth?: Rebirth, planId?: string): DeadLetterOutcome {
    const texts = replayTexts(by, rebirth, planId);
    return this.settle(
      ref,
      'replay',
      by,
      { life: rebirth?.life, after: (job) => replayAfter(texts.after, job.life) },
      (queue, job, now) => {
        this.transitions.revive(queue, job, rebirth);
        const [whole, abridged] = [texts.history, texts.abridged].map((text) => replayEntry(text, job.life, now));
        this.transitions.remember(job, whole, abridged);
      },
    );
  }

  resolveNow(ref: JobRef, windowMs: number, by: Actor, plan: PlannedResolution = {}): DeadLetterOutcome {
    const after = (): string => resolutionAfter(plan.planId);
    return this.settle(ref, 'resolve', by, { life: plan.life, after }, (queue, job, now) =>
      this.transitions.end(queue, job, 'resolved', windowMs, now),
    );
  }

  async audit(queue: string, limit: number, cursor?: string): Promise<Page<AuditEntry>> {
    return this.log.list(this.store.find(queue), limit, cursor);
  }

  private settle(
    ref: JobRef,
    action: 'replay' | 'resolve',
    by: Actor,
    { life, after }: { readonly life?: number; readonly after: (job: MemoryJob) => string },
    move: (queue: MemoryQueue, job: MemoryJob, now: number) => void,
  ): DeadLetterOutcome {
    const now = this.clock.now();
    const queue = this.store.find(ref.queue);
    const found = queue?.find(ref, now);
    if (!queue || !found) return { status: 'unknown' };
    if (found.state !== 'dead') return { status: 'not_dead', state: found.state };
    if (found.life !== (life ?? found.life)) return { status: 'other_life', life: found.life };
    const before = JSON.stringify(summaryOf(found));
    move(queue, found, now);
    this.log.write(queue, action, by, formatJobId(found), before, after(found));
    return { status: 'ok' };
  }
}

/** Merges the dead of several lines, newest burial first, those of a lower position only. */
export function* newestDead(
  lines: readonly VersionLine[],
  position: number,
): IterableIterator<{ position: number; value: MemoryJob }> {
  const readers = lines.map((line) => line.dead.before(position));
  const heads = readers.map((reader) => nextOf(reader));
  for (;;) {
    const newest = heads.reduce<number | undefined>((best, head, index) => {
      if (!head) return best;
      const leader = best === undefined ? undefined : heads[best];
      return leader && leader.position > head.position ? best : index;
    }, undefined);
    if (newest === undefined) return;
    yield heads[newest]!;
    heads[newest] = nextOf(readers[newest]);
  }
}

function nextOf<T>(reader: Iterator<T>): T | undefined {
  const { done, value } = reader.next() as { done?: boolean; value?: T };
  return done ? undefined : value;
}
