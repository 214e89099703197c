import type { DeadLetterGroup } from '../../core/dead-letter-group.js';
import type { FailureLabel } from '../../core/failure-group.js';
import { formatJobId } from '../../core/job-id.js';
import type { BurialReason } from '../../core/job-state.js';
import { HOURS_OF_GROUP, MOST_NAMED_OF_GROUP, SAMPLES_OF_GROUP } from '../store-limits.js';
import { Journal } from './journal.js';
import type { Grave, MemoryJob } from './memory-job.js';

const HOUR_MS = 3_600_000;

/** Dead letters of one cause, and what they have in common. */
class MemoryGroup {
  readonly members = new Journal<MemoryJob>();
  readonly versions = new Set<number>();
  readonly reasons = new Set<BurialReason>();
  readonly workers = new Set<string>();
  label = '';
  position = 0;
  lastSeenAt: number;

  constructor(
    readonly type: string,
    private readonly group: string,
    private firstSeenAt: number,
  ) {
    this.lastSeenAt = firstSeenAt;
  }

  /** An imported one was buried long ago. */
  seen(at: number): void {
    this.firstSeenAt = Math.min(this.firstSeenAt, at);
    this.lastSeenAt = Math.max(this.lastSeenAt, at);
  }

  shown(queue: string): DeadLetterGroup {
    const samples: string[] = [];
    for (const { value } of this.members.before(Infinity)) {
      if (samples.push(formatJobId(value)) === SAMPLES_OF_GROUP) break;
    }
    return {
      ...{ group: this.group, queue, count: this.members.size },
      ...(JSON.parse(this.label) as FailureLabel),
      ...{ firstSeenAt: this.firstSeenAt, lastSeenAt: this.lastSeenAt },
      reasons: [...this.reasons],
      versions: [...this.versions],
      workers: [...this.workers],
      samples,
    };
  }

  /** Burials in each of the last hours, the oldest first. */
  hourly(now: number): number[] {
    const counts = new Array<number>(HOURS_OF_GROUP).fill(0);
    for (const { value } of this.members.before(Infinity)) {
      const hour = Math.max(0, Math.floor((now - (value.grave?.buriedAt ?? -Infinity)) / HOUR_MS));
      if (hour < HOURS_OF_GROUP) counts[HOURS_OF_GROUP - 1 - hour]++;
    }
    return counts;
  }
}

/** The groups of one queue, each as long as it has a member. */
export class MemoryGroups {
  /** By type and group, that with the newest burial last. */
  private readonly groups = new Map<string, MemoryGroup>();

  join(job: MemoryJob, grave: Grave, worker: string | undefined): void {
    const key = `${job.type}~${grave.group}`;
    const group = this.groups.get(key) ?? new MemoryGroup(job.type, grave.group, grave.buriedAt);
    group.members.append(grave.position, job);
    group.position = grave.position;
    group.seen(grave.buriedAt);
    group.label = grave.groupLabel;
    name(group.versions, job.version);
    name(group.reasons, grave.reason);
    if (worker !== undefined) name(group.workers, worker);
    this.groups.delete(key);
    this.groups.set(key, group);
  }

  leave(job: MemoryJob, grave: Grave): void {
    const key = `${job.type}~${grave.group}`;
    const group = this.groups.get(key);
    group?.members.remove(grave.position);
    if (group?.members.size === 0) this.groups.delete(key);
  }

  /** In no order. */
  all(): Iterable<MemoryGroup> {
    return this.groups.values();
  }

  /** Of each type that has the group, its members. */
  *membersOf(type: string | undefined, group: string): IterableIterator<Journal<MemoryJob>> {
    for (const [key, { members, type: own }] of this.groups) {
      if (own === (type ?? own) && key === `${own}~${group}`) yield members;
    }
  }
}

function name<T>(known: Set<T>, one: T): void {
  if (known.size < MOST_NAMED_OF_GROUP) known.add(one);
}
