import type { Clock } from '../../core/clock.js';
import { formatJobId, type JobRef } from '../../core/job-id.js';
import type { DeadLetterSummary, Page } from '../../core/job-snapshot.js';
import type { DeadLetterGroup } from '../../core/dead-letter-group.js';
import { fitsMarks } from '../dead-letter-marks.js';
import type {
  AuditEntry,
  DeadLetterFilter,
  DeadLetterGroupFilter,
  DeadLetterOutcome,
  JobDeadLetters,
  Rebirth,
  Resolution,
} from '../dead-letter.port.js';
import type { DeadLetterCopy, ImportOutcome } from '../dead-letter-copy.js';
import { MemoryDeadCopies } from './memory-dead-copies.js';
import { MOST_LETTERS_LOOKED_AT } from '../store-limits.js';
import type { Actor } from '../inspector.port.js';
import { replayAfter, replayEntry, replayTexts, resolutionAfter } from '../replay-text.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryJob } from './memory-job.js';
import type { Journal } from './journal.js';
import type { MemoryQueue } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';
import { summaryOf, type MemoryTransitions } from './memory-transitions.js';
import { pageOf, positionOf } from './page.js';

interface HowResolved extends Resolution {
  readonly planId?: string;
}

export class MemoryDeadLetters implements JobDeadLetters {
  private readonly copies: MemoryDeadCopies;

  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly log: MemoryAudit,
    private readonly clock: Clock,
  ) {
    this.copies = new MemoryDeadCopies(store, transitions, log, clock);
  }

  async deadLetters(filter: DeadLetterFilter, limit: number, cursor?: string): Promise<Page<DeadLetterSummary>> {
    const found = newestDead(this.journalsOf(filter), positionOf(cursor, Infinity));
    const items: DeadLetterSummary[] = [];
    let [looked, last] = [0, 0];
    for (const { position, value } of found) {
      if (items.length === limit || looked === MOST_LETTERS_LOOKED_AT) return { items, nextCursor: String(last) };
      const summary = summaryOf(value);
      if (fitsMarks(summary, filter)) items.push(summary);
      last = position;
      looked++;
    }
    return { items };
  }

  async deadLetterGroups(
    { queue, type, perHour = false }: DeadLetterGroupFilter,
    limit: number,
    cursor?: string,
  ): Promise<Page<DeadLetterGroup>> {
    const before = positionOf(cursor, Infinity);
    const found = this.queuesOf(queue).flatMap(({ name, groups }) =>
      [...groups.all()]
        .filter((group) => group.type === (type ?? group.type) && group.position < before)
        .map((group) => ({ position: group.position, value: { name, group } })),
    );
    found.sort((a, b) => b.position - a.position);
    const now = this.clock.now();
    return pageOf(found, limit, ({ name, group }) => ({
      ...group.shown(name),
      ...(perHour && { perHour: group.hourly(now) }),
    }));
  }

  async replay(ref: JobRef, by: Actor, rebirth?: Rebirth): Promise<DeadLetterOutcome> {
    return this.replayNow(ref, by, rebirth);
  }

  async resolve(ref: JobRef, windowMs: number, by: Actor, how?: Resolution): Promise<DeadLetterOutcome> {
    return this.resolveNow(ref, windowMs, by, how);
  }

  async copyDead(ref: JobRef): Promise<DeadLetterCopy | undefined> {
    return this.copies.read(ref);
  }

  async importDead(copy: DeadLetterCopy, by: Actor): Promise<ImportOutcome> {
    return this.copies.write(copy, by);
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

  resolveNow(ref: JobRef, windowMs: number, by: Actor, how: HowResolved = {}): DeadLetterOutcome {
    const after = (): string => resolutionAfter(how);
    return this.settle(ref, 'resolve', by, { life: how.life, after }, (queue, job, now) =>
      this.transitions.end(queue, job, 'resolved', windowMs, now),
    );
  }

  async audit(queue: string, limit: number, cursor?: string): Promise<Page<AuditEntry>> {
    return this.log.list(this.store.find(queue), limit, cursor);
  }

  private queuesOf(queue: string | undefined): MemoryQueue[] {
    return this.store.queues().filter(({ name }) => name === (queue ?? name));
  }

  private journalsOf({ queue, type, group }: DeadLetterFilter): Journal<MemoryJob>[] {
    return this.queuesOf(queue).flatMap((each) => {
      if (group !== undefined) return [...each.groups.membersOf(type, group)];
      return [...each.lines()].filter((line) => line.type === (type ?? line.type)).map(({ dead }) => dead);
    });
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

/** Merges dead letters, newest burial first, those of a lower position only. */
export function* newestDead(
  journals: readonly Journal<MemoryJob>[],
  position: number,
): IterableIterator<{ position: number; value: MemoryJob }> {
  const readers = journals.map((journal) => journal.before(position));
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
