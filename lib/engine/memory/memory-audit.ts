import type { Clock } from '../../core/clock.js';
import type { Page } from '../../core/job-snapshot.js';
import type { AuditEntry } from '../dead-letter.port.js';
import type { Actor } from '../inspector.port.js';
import type { MemoryQueue } from './memory-queue.js';
import { pageOf, positionOf } from './page.js';

/** Wide enough that entry ids sort as texts as they do as numbers. */
const ID_DIGITS = 12;

/** Who changed what, and why. */
export class MemoryAudit {
  constructor(private readonly clock: Clock) {}

  write(
    queue: MemoryQueue,
    action: AuditEntry['action'],
    { actor, reason }: Actor,
    target: string,
    before: string,
    after?: string,
  ): void {
    const position = ++queue.audited;
    const entryId = String(position).padStart(ID_DIGITS, '0');
    queue.audit.append(position, {
      entryId,
      queue: queue.name,
      at: this.clock.now(),
      action,
      actor,
      reason,
      target,
      before,
      ...(after !== undefined && { after }),
    });
  }

  list(queue: MemoryQueue | undefined, limit: number, cursor?: string): Page<AuditEntry> {
    return pageOf(queue?.audit.before(positionOf(cursor, Infinity)) ?? [], limit, (entry) => ({ ...entry }));
  }
}
