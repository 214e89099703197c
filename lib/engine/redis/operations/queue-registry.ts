import { LAYOUT, type RedisKeys } from '../redis-keys.js';
import type { RedisConnection } from '../connection/redis-connection.js';

/** The list of queues: known before the first job is accepted, so that none can be overlooked. */
export class QueueRegistry {
  private readonly known = new Set<string>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {
    // It may come back without its data.
    for (const event of ['close', 'ready']) connection.client.on(event, () => this.known.clear());
  }

  knows(queue: string): boolean {
    return this.known.has(queue);
  }

  async add(queue: string): Promise<void> {
    if (!this.known.has(queue)) await this.confirm(queue);
  }

  /** Looks again whether the queue is listed: Redis may have lost its data without losing the connection. */
  async confirm(queue: string): Promise<void> {
    const { registry } = this.keys;
    // A Redis that is full refuses the write even where nothing would change, and workers must come up on it to empty it.
    const isThere = await this.connection.command<number>('hexists', registry, queue);
    if (isThere === 0) await this.connection.command('hsetnx', registry, queue, LAYOUT);
    this.known.add(queue);
  }

  async list(): Promise<string[]> {
    const queues = await this.connection.command<string[]>('hkeys', this.keys.registry);
    return queues.sort();
  }
}
