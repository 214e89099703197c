import { Redis } from 'ioredis';
import { RedisMeter } from '../redis-meter.js';

/** Microseconds of Redis' main thread: all in all, inside of scripts, and of single commands inside of those. */
export interface RedisCosts {
  readonly cpu: number;
  readonly scripts: number;
  readonly commands: ReadonlyMap<string, number>;
}

/** Counted only from outside of scripts. */
const OUTSIDE = new Set(['evalsha', 'eval', 'info', 'config', 'blpop', 'subscribe']);

/** What Redis spends on one piece of work. */
export class RedisLedger {
  private readonly redis: Redis;
  private readonly meter: RedisMeter;

  constructor(place: { readonly url: string; readonly own: boolean }) {
    this.redis = new Redis(place.url);
    this.meter = new RedisMeter(place);
  }

  async of(work: () => Promise<unknown>): Promise<RedisCosts> {
    await this.redis.config('RESETSTAT');
    const before = await this.meter.cpu();
    await work();
    const cpu = (await this.meter.cpu()) - before;
    const stats = await this.redis.info('commandstats');
    const all = [...stats.matchAll(/^cmdstat_([a-z]+)\S*:calls=\d+,usec=(\d+)/gm)];
    const usec = new Map(all.map(([, name, micros]) => [name, Number(micros)]));
    const commands = new Map([...usec].filter(([name]) => !OUTSIDE.has(name)).sort(([, a], [, b]) => b - a));
    return { cpu, scripts: (usec.get('evalsha') ?? 0) + (usec.get('eval') ?? 0), commands };
  }

  async clear(prefix: string): Promise<void> {
    await this.meter.clear(prefix);
  }

  close(): void {
    this.meter.close();
    this.redis.disconnect();
  }
}
