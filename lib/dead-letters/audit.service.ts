import type { Page } from '../core/job-snapshot.js';
import { VigilError } from '../core/vigil.error.js';
import { STORE_ALERTS } from '../engine/alert.port.js';
import type { AuditEntry, JobDeadLetters } from '../engine/dead-letter.port.js';
import type { JobInspector } from '../engine/inspector.port.js';
import { pageSize } from '../core/page-size.js';

/**
 * Which part of the audit to list.
 *
 * @example
 * const query: AuditQuery = { queue: 'billing', limit: 100 };
 * @publicApi
 */
export interface AuditQuery {
  /** Default: all queues, and what concerns none of them. */
  readonly queue?: string;
  /** 1 to 100. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

/** Where each queue's next entry is; null where nothing is left, absent where nothing was read yet. */
type Positions = Record<string, string | null>;

/**
 * Who changed what, and why: replays, resolutions, cancellations, pauses, silences and their ends. Append-only.
 *
 * @example
 * constructor(private readonly audit: AuditService) {}
 * async lastChanges() {
 *   return (await this.audit.list({ limit: 10 })).items;
 * }
 * @publicApi
 */
export class AuditService {
  /** @internal built by the module */
  constructor(private readonly engine: Pick<JobDeadLetters, 'audit'> & Pick<JobInspector, 'queues'>) {}

  /**
   * Newest first.
   *
   * @throws VigilError `LIMIT_INVALID`, `CURSOR_INVALID`
   */
  async list({ queue, limit, cursor }: AuditQuery = {}): Promise<Page<AuditEntry>> {
    const size = pageSize(limit, 'AuditService.list');
    if (queue !== undefined) return this.engine.audit(queue, size, cursor);
    return this.merged(size, cursor === undefined ? {} : decode(cursor));
  }

  /** A page of each queue, the newest of all of them; then each queue's position is moved by what was taken of it. */
  private async merged(size: number, positions: Positions): Promise<Page<AuditEntry>> {
    const places = [...(await this.engine.queues()), STORE_ALERTS];
    const queues = places.filter((queue) => positions[queue] !== null);
    const pages = new Map<string, Page<AuditEntry>>();
    for (const queue of queues) pages.set(queue, await this.engine.audit(queue, size, positions[queue] ?? undefined));
    const items = [...pages.values()]
      .flatMap((page) => page.items)
      .sort((a, b) => b.at - a.at)
      .slice(0, size);
    const next: Positions = { ...positions };
    for (const [queue, page] of pages) {
      const taken = items.filter((entry) => entry.queue === queue).length;
      if (taken === page.items.length) next[queue] = page.nextCursor ?? null;
      else if (taken > 0)
        next[queue] = (await this.engine.audit(queue, taken, positions[queue] ?? undefined)).nextCursor ?? null;
    }
    const over = queues.every((queue) => next[queue] === null);
    return over ? { items } : { items, nextCursor: encode(next) };
  }
}

function encode(positions: Positions): string {
  return Buffer.from(JSON.stringify(positions)).toString('base64url');
}

function decode(cursor: string): Positions {
  try {
    const positions: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (isPositions(positions)) return Object.assign(Object.create(null) as Positions, positions);
  } catch (cause) {
    throw cursorInvalid(cause);
  }
  throw cursorInvalid();
}

function isPositions(value: unknown): value is Positions {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((position) => position === null || typeof position === 'string');
}

function cursorInvalid(cause?: unknown): VigilError {
  return new VigilError(
    'CURSOR_INVALID',
    'AuditService.list: this is no cursor of the audit. Use nextCursor of the page before, unchanged.',
    { cause },
  );
}
