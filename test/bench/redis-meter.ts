import { Redis } from 'ioredis';

/** What Redis says of itself, asked over a connection of its own. */
export class RedisMeter {
  private readonly redis: Redis;
  private readonly own: boolean;

  constructor({ url, own }: { readonly url: string; /** The server is nobody else's. */ readonly own: boolean }) {
    this.own = own;
    // Without its server a bench has nothing to wait for.
    this.redis = new Redis(url, { retryStrategy: () => null });
    // The commands fail with the same.
    this.redis.on('error', () => undefined);
  }

  /** Microseconds that the thread which runs commands has worked, all in all. */
  async cpu(): Promise<number> {
    const info = await this.redis.info('cpu');
    return (figure(info, 'used_cpu_user_main_thread') + figure(info, 'used_cpu_sys_main_thread')) * 1e6;
  }

  /** Bytes. */
  async memory(): Promise<number> {
    return figure(await this.redis.info('memory'), 'used_memory');
  }

  async version(): Promise<string> {
    return /^redis_version:(\S+)/m.exec(await this.redis.info('server'))?.[1] ?? 'unknown';
  }

  /** Deletes what a round left behind: all there is, but on a server with other users only what bears this prefix. */
  async clear(prefix: string): Promise<void> {
    // Emptied at once, the key space has no tables left over that would be charged to the next round's jobs.
    if (this.own) return void (await this.redis.flushall('SYNC'));
    const keys = this.redis.scanStream({ match: `*${prefix}*`, count: 5_000 });
    for await (const page of keys as AsyncIterable<string[]>) if (page.length > 0) await this.redis.del(page);
  }

  close(): void {
    this.redis.disconnect();
  }
}

function figure(info: string, name: string): number {
  const found = new RegExp(`^${name}:([\\d.]+)`, 'm').exec(info);
  if (!found) throw new Error(`INFO of this Redis has no ${name}; the bench needs Redis 7 or newer`);
  return Number(found[1]);
}
