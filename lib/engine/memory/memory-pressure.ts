import type { Clock } from '../../core/clock.js';
import type { SweepOptions } from '../maintenance.port.js';
import { DYING_MS, MENDED_SHARE, STORE_ACTOR } from '../store-limits.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryJob } from './memory-job.js';
import type { MemoryQueue, VersionLine } from './memory-queue.js';

/** Keeps dead letters, of which none may be thrown away, within the bytes that they may take. */
export class MemoryPressure {
  constructor(
    private readonly audit: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  /** @returns the types that it paused */
  relieve(queue: MemoryQueue, { maxDeadLetterBytes: limit }: SweepOptions): string[] {
    if (limit === undefined) return [];
    const lines = [...queue.lines()];
    const dead = Math.round(lines.reduce((sum, line) => sum + bytesOf(line), 0));
    if (dead <= limit) {
      if (dead <= limit * MENDED_SHARE) queue.pressureTold = false;
      return [];
    }
    const paused = this.pauseDying(queue, lines, dead);
    if (queue.pressureTold && paused.length === 0) return paused;
    queue.pressureTold = true;
    const data = { queue: queue.name, usedBytes: dead, maxBytes: 0, deadLetterBytes: dead, paused };
    queue.outbox.write('queue.memory-pressure', this.clock.now(), JSON.stringify(data));
    return paused;
  }

  private pauseDying(queue: MemoryQueue, lines: readonly VersionLine[], dead: number): string[] {
    const paused: string[] = [];
    const reason = `dead letters take too much memory: "deadLetterBytes":${dead}`;
    for (const line of lines) {
      const [newest] = line.dead.before(Infinity);
      const type = queue.type(line.type);
      if (type.paused || newest === undefined || !this.isRecent(newest.value)) continue;
      type.paused = true;
      const by = { actor: STORE_ACTOR, reason };
      this.audit.write(queue, 'pause', by, line.type, '{"paused":false}', '{"paused":true}');
      paused.push(line.type);
    }
    return paused;
  }

  private isRecent({ grave }: MemoryJob): boolean {
    return grave !== undefined && this.clock.now() - grave.buriedAt < DYING_MS;
  }
}

function bytesOf({ dead }: VersionLine): number {
  let bytes = 0;
  for (const { value } of dead.before(Infinity)) {
    bytes += value.payload.length + (value.grave?.summary.length ?? 0) + value.stepBytes + (value.history?.length ?? 0);
  }
  return bytes;
}
