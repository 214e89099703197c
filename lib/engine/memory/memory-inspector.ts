import type { Clock } from '../../core/clock.js';
import type { JobRef } from '../../core/job-id.js';
import type { JobSnapshot, Page } from '../../core/job-snapshot.js';
import { STORE_ALERTS } from '../alert.port.js';
import type { WorkerAnnouncement } from '../consumer.port.js';
import type {
  Actor,
  JobFilter,
  JobInspector,
  JobPlace,
  PauseTarget,
  QueueStats,
  TypeStats,
} from '../inspector.port.js';
import type { MemoryAudit } from './memory-audit.js';
import { newestDead } from './memory-dead-letters.js';
import type { MemoryJob } from './memory-job.js';
import type { TypeSlots, VersionLine } from './memory-queue.js';
import { snapshotOf } from './memory-snapshot.js';
import type { MemoryStore } from './memory-store.js';
import { pageOf, positionOf } from './page.js';

export class MemoryInspector implements JobInspector {
  constructor(
    private readonly store: MemoryStore,
    private readonly audit: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  async get(ref: JobRef): Promise<JobSnapshot | undefined> {
    const found = this.store.find(ref.queue)?.find(ref, this.clock.now());
    return found && snapshotOf(found);
  }

  async getHolder(place: JobPlace): Promise<JobSnapshot | undefined> {
    const found = this.store.find(place.queue)?.at(place, this.clock.now());
    return found && snapshotOf(found);
  }

  async list({ queue, type, state }: JobFilter, limit: number, cursor?: string): Promise<Page<JobSnapshot>> {
    const lines = [...(this.store.find(queue)?.types.get(type)?.lines.values() ?? [])].sort(
      (a, b) => a.version - b.version,
    );
    if (state === 'dead')
      return pageOf(
        newestDead(
          lines.map(({ dead }) => dead),
          positionOf(cursor, Infinity),
        ),
        limit,
        snapshotOf,
      );
    return pageOf(after(positionOf(cursor, 0), inOrder(lines, state)), limit, snapshotOf);
  }

  async queues(): Promise<string[]> {
    return this.store
      .queues()
      .map(({ name }) => name)
      .filter((name) => name !== STORE_ALERTS)
      .sort();
  }

  async stats(name: string): Promise<QueueStats> {
    const queue = this.store.find(name);
    const types = [...(queue?.types.values() ?? [])].flatMap((type) =>
      [...type.lines.values()].map((line) => statsOf(type, line)),
    );
    types.sort((a, b) => (a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1));
    return { queue: name, paused: queue?.paused ?? false, types };
  }

  async workers(name: string): Promise<(WorkerAnnouncement & { readonly leaseUntil: number })[]> {
    const now = this.clock.now();
    return [...(this.store.find(name)?.workers.values() ?? [])]
      .filter(({ leaseUntil }) => leaseUntil > now)
      .map(({ announcement, leaseUntil }) => ({ ...structuredClone(announcement), leaseUntil }));
  }

  async setPaused({ queue: name, type }: PauseTarget, paused: boolean, by: Actor): Promise<void> {
    const queue = this.store.queue(name);
    const target = type === undefined ? queue : queue.type(type);
    const before = JSON.stringify({ paused: target.paused });
    target.paused = paused;
    this.audit.write(queue, paused ? 'pause' : 'resume', by, type ?? name, before);
    if (paused) return;
    for (const line of queue.lines())
      if (line.waiting > 0 && (type ?? line.type) === line.type) queue.bell.ring(line.name);
  }
}

function statsOf(type: TypeSlots, line: VersionLine): TypeStats {
  const { version, accepted, completed, cancelled, resolved, waiting } = line;
  return {
    type: type.type,
    version,
    scheduled: line.scheduled.size,
    waiting,
    active: line.active.size,
    dead: line.dead.size,
    accepted,
    completed,
    cancelled,
    resolved,
    paused: type.paused,
  };
}

function inOrder(lines: readonly VersionLine[], state: 'scheduled' | 'waiting' | 'active'): Iterable<MemoryJob> {
  if (state === 'waiting') return lines.flatMap((line) => [line.suspects, ...line.levels]).flatMap((list) => [...list]);
  const jobs = lines.flatMap((line) => [...line[state]]);
  const moment = (job: MemoryJob): number => job.due?.at ?? job.lease?.startedAt ?? 0;
  return jobs.sort((a, b) => moment(a) - moment(b));
}

function* after(position: number, jobs: Iterable<MemoryJob>): IterableIterator<{ position: number; value: MemoryJob }> {
  let count = 0;
  for (const value of jobs) if (++count > position) yield { position: count, value };
}
