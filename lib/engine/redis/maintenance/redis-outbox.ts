import type { JobMaintenance, OutboxEntry } from '../../maintenance.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

/** Hands out the alerts that the scripts wrote, until somebody acknowledges them. */
export class RedisOutbox implements Pick<JobMaintenance, 'takeAlerts' | 'acknowledgeAlerts'> {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async takeAlerts(queue: string, limit: number, holdMs: number): Promise<OutboxEntry[]> {
    const taken = await this.connection.run<string[]>('take-alerts', this.keys.queue(queue), [], [limit, holdMs]);
    const entries: OutboxEntry[] = [];
    for (let at = 0; at < taken.length; at += 2) entries.push(entryOf(queue, taken[at], taken[at + 1]));
    // Those given out before are due later than younger ones.
    return entries.sort((a, b) => Number(a.entryId) - Number(b.entryId));
  }

  async acknowledgeAlerts(queue: string, entryIds: readonly string[]): Promise<void> {
    if (entryIds.length === 0) return;
    await this.connection.run('acknowledge-alerts', this.keys.queue(queue), [], entryIds);
  }
}

/** `text` is `<kind> <at> <data>`, behind a `+` once an alert counts it. */
function entryOf(queue: string, entryId: string, kept: string): OutboxEntry {
  const isCounted = kept.startsWith('+');
  const text = isCounted ? kept.slice(1) : kept;
  const kindEnd = text.indexOf(' ');
  const atEnd = text.indexOf(' ', kindEnd + 1);
  return {
    entryId,
    queue,
    kind: text.slice(0, kindEnd) as OutboxEntry['kind'],
    at: Number(text.slice(kindEnd + 1, atEnd)),
    data: text.slice(atEnd + 1),
    ...(isCounted && { isCounted }),
  };
}
