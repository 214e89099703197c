import type { Clock } from '../../core/clock.js';
import { NOTED_AT } from '../figure-names.js';
import type { FigureBatch, JobFigures, LineDepth, MinuteFigures, QueueDepths, QueueUpkeep } from '../figures.port.js';
import type { MemoryQueue, VersionLine } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';

const LOOKED = '';

export class MemoryFigures implements JobFigures {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {}

  async storeTime(): Promise<number> {
    return this.clock.now();
  }

  async minuteFigures(name: string, minutes: readonly number[]): Promise<readonly MinuteFigures[]> {
    const queue = this.store.find(name);
    return queue ? minutes.flatMap((minute) => queue.minutes.of(minute)) : [];
  }

  async addFigures(name: string, figures: ReadonlyMap<string, number>, batch: FigureBatch): Promise<void> {
    const queue = this.store.queue(name);
    if ((queue.figureBatches.get(batch.source) ?? 0) >= batch.seq) return;
    queue.figureBatches.set(batch.source, batch.seq);
    const now = this.clock.now();
    for (const [figure, by] of figures) queue.minutes.count(figure, by, now);
  }

  async depths(name: string): Promise<QueueDepths> {
    const queue = this.store.find(name);
    const at = this.clock.now();
    const lines = queue ? [...queue.lines()].map((line) => this.depthOf(queue, line)) : [];
    lines.sort((a, b) => (a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1));
    return { at, lines };
  }

  async upkeep(name: string): Promise<QueueUpkeep> {
    const queue = this.store.find(name);
    const at = this.clock.now();
    const ends = [...(queue?.workers.values() ?? [])].map(({ leaseUntil }) => leaseUntil);
    const past = ends.filter((end) => end <= at);
    const dueSince = queue?.due.first?.at;
    return {
      ...{ at, livingWorkers: ends.length - past.length },
      ...(dueSince !== undefined && { dueSince }),
      ...(past.length > 0 && { deadSince: Math.min(...past) }),
    };
  }

  async noteDepths(name: string): Promise<void> {
    const queue = this.store.queue(name);
    const now = this.clock.now();
    const sums = new Map<string, number>();
    const add = (figure: string, by: number): void => void sums.set(figure, (sums.get(figure) ?? 0) + by);
    for (const line of queue.lines()) {
      const { type, scheduled, waiting, active, dead, accepted, waitingSince } = this.depthOf(queue, line);
      for (const [figure, value] of Object.entries({ scheduled, waiting, active, dead, accepted }))
        add(`g-${figure}:${type}`, value);
      const oldest = `g-oldest:${type}`;
      sums.set(oldest, Math.max(sums.get(oldest) ?? 0, waitingSince === undefined ? 0 : now - waitingSince));
    }
    this.noteLists(queue, now);
    queue.minutes.note(NOTED_AT, now, now);
    for (const [figure, value] of sums) queue.minutes.note(figure, value, now);
  }

  private noteLists(queue: MemoryQueue, now: number): void {
    const used = new Map<string, number>();
    for (const line of queue.lines()) {
      for (const { field, first, size } of listsOf(line)) {
        const since = queue.listsInUse.get(field) ?? queue.listsInUse.get(LOOKED) ?? first?.enqueuedAt;
        if (size > 0) used.set(field, since ?? now);
      }
    }
    queue.listsInUse.clear();
    for (const [field, since] of used.set(LOOKED, now)) queue.listsInUse.set(field, since);
  }

  private depthOf(queue: MemoryQueue, line: VersionLine): LineDepth {
    const { type, version, waiting, accepted } = line;
    const since = listsOf(line).flatMap(({ field, first }) => {
      if (!first) return [];
      const inUse = queue.listsInUse.get(field) ?? queue.listsInUse.get(LOOKED) ?? first.enqueuedAt;
      return [Math.max(first.enqueuedAt, inUse)];
    });
    const depth = {
      ...{ type, version, waiting, accepted },
      ...{ scheduled: line.scheduled.size, active: line.active.size, dead: line.dead.size },
    };
    const deadSince = line.dead.first?.grave?.buriedAt;
    return {
      ...depth,
      ...(since.length > 0 && { waitingSince: Math.min(...since) }),
      ...(deadSince !== undefined && { deadSince }),
    };
  }
}

function listsOf(line: VersionLine): { field: string; first?: { enqueuedAt: number }; size: number }[] {
  return [line.suspects, ...line.levels].map((list, index) => {
    const [first] = list;
    return { field: `${line.name}:${index}`, first, size: list.size };
  });
}
