import type { ScriptArgument } from '../connection/script-bytes.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';
import { readOn, type Positioned } from './newest-first.js';

/** A job in the dead letter queue. */
export interface BuriedJob extends Positioned {
  readonly type: string;
  readonly member: string;
  /** JSON of a DeadLetterSummary. */
  readonly summary: string;
}

export interface BurialQuery {
  readonly type?: string;
  readonly group?: string;
}

/** So many are read by one script: for each of them it looks at all types. */
export const MOST_BURIALS_READ = 100;

/** Reads the dead letter queues. */
export class RedisBurials {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  /** The newest burials of a queue, one type or one group of it, of those before a position. */
  async newest(queue: string, query: BurialQuery, most: number, before?: number): Promise<BuriedJob[]> {
    const { type = '', group = '' } = query;
    const args: ScriptArgument[] = [type, group, Math.min(most, MOST_BURIALS_READ), before ?? '+inf'];
    const reply = await this.connection.run<string[]>('dead-letters', this.keys.queue(queue), [], args);
    const burials: BuriedJob[] = [];
    for (let n = 0; n < reply.length; n += 4) {
      const [position, ofType, member, summary] = reply.slice(n, n + 4) as [string, string, string, string];
      burials.push({ position: Number(position), type: ofType, member, summary });
    }
    return burials;
  }

  /** The same one after another, read a few at a time. */
  each(queue: string, query: BurialQuery, atOnce: number, before?: number): AsyncGenerator<BuriedJob, undefined> {
    const most = Math.min(atOnce, MOST_BURIALS_READ);
    return readOn(most, before, (position) => this.newest(queue, query, most, position));
  }
}
