import type { Page } from '../../../core/job-snapshot.js';
import type { AuditEntry, JobDeadLetters } from '../../dead-letter.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import { partsOfCursor } from './redis-cursor.js';
import type { RedisKeys } from '../redis-keys.js';

/** Wide enough that entry ids sort as texts as they do as numbers. */
const MS_DIGITS = 14;
const SEQUENCE_DIGITS = 6;
const CURSOR = /^(\d{14})-(\d{6,})$/;

/** Who changed what in a queue, and why. */
export class RedisAudit implements Pick<JobDeadLetters, 'audit'> {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async audit(queue: string, limit: number, cursor?: string): Promise<Page<AuditEntry>> {
    const after = partsOfCursor(cursor, CURSOR);
    const last = after ? `(${after.map(Number).join('-')}` : '+';
    const { audit } = this.keys.queue(queue);
    const read = ['xrevrange', audit, last, '-', 'COUNT', limit + 1] as const;
    const found = await this.connection.command<[id: string, fields: string[]][]>(...read);
    const items = found.slice(0, limit).map(([id, fields]) => entryOf(queue, id, fields));
    return found.length > limit ? { items, nextCursor: items[items.length - 1]?.entryId } : { items };
  }
}

function entryOf(queue: string, id: string, fields: readonly string[]): AuditEntry {
  const named: Record<string, string> = {};
  for (let n = 0; n < fields.length; n += 2) named[fields[n]] = fields[n + 1];
  const { at, action, actor = '', reason = '', target = '', before, after } = named;
  return {
    entryId: entryIdOf(id),
    queue,
    at: Number(at),
    action: action as AuditEntry['action'],
    actor,
    reason,
    target,
    ...(before !== undefined && { before }),
    ...(after !== undefined && { after }),
  };
}

function entryIdOf(id: string): string {
  const [ms = '', sequence = ''] = id.split('-');
  return `${ms.padStart(MS_DIGITS, '0')}-${sequence.padStart(SEQUENCE_DIGITS, '0')}`;
}
