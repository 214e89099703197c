import type { RedisConnection } from '../connection/redis-connection.js';
import type { RedisKeys } from '../redis-keys.js';

/** A job in the dead letter queue. */
export interface BuriedJob {
  /** Only rises with each burial of a queue. */
  readonly position: number;
  readonly type: string;
  readonly member: string;
  /** JSON of a DeadLetterSummary. */
  readonly summary: string;
}

/** So many are read by one script: for each of them it looks at all types. */
export const MOST_BURIALS_READ = 100;

/** Reads the dead letter queues. */
export class RedisBurials {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  /** The newest burials of a queue or of one type, of those before a position. */
  async newest(queue: string, type: string | undefined, most: number, before?: number): Promise<BuriedJob[]> {
    const args = [type ?? '', Math.min(most, MOST_BURIALS_READ), before ?? '+inf'];
    const reply = await this.connection.run<string[]>('dead-letters', this.keys.queue(queue), [], args);
    const burials: BuriedJob[] = [];
    for (let n = 0; n < reply.length; n += 4) {
      const [position, ofType, member, summary] = reply.slice(n, n + 4) as [string, string, string, string];
      burials.push({ position: Number(position), type: ofType, member, summary });
    }
    return burials;
  }

  /** The same one after another, read a few at a time. */
  async *each(
    queue: string,
    type: string | undefined,
    atOnce: number,
    before?: number,
  ): AsyncGenerator<BuriedJob, undefined> {
    for (let position = before; ;) {
      const burials = await this.newest(queue, type, atOnce, position);
      yield* burials;
      if (burials.length < Math.min(atOnce, MOST_BURIALS_READ)) return undefined;
      position = burials[burials.length - 1].position;
    }
  }
}
