import type { Redis } from 'ioredis';
import { QueueKeys } from '../../lib/engine/redis/redis-keys.js';
import { redisHarness } from './engine-redis-harness.js';
import { EngineScene } from './engine-scene.js';
import type { RedisServer } from './redis-server.js';

/** A scene on a real server, with a look behind it. */
export class RedisScene extends EngineScene {
  private constructor(
    harness: EngineScene['harness'],
    readonly client: Redis,
  ) {
    super(harness);
  }

  static async on(server: RedisServer): Promise<RedisScene> {
    return new RedisScene(await redisHarness(server), server.connect());
  }

  /** Of the scene's queue, as soon as it has had a job. */
  async keys(): Promise<QueueKeys> {
    const [key = ''] = await this.client.keys(`{*:${this.queue}}:tv`);
    return new QueueKeys(key.slice(1, key.indexOf(`:${this.queue}}`)), this.queue);
  }

  /** The store's clock. */
  async now(): Promise<number> {
    const [seconds, micros] = await this.client.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  }

  async close(): Promise<void> {
    try {
      await this.checkLedger();
    } finally {
      // Open connections would keep the test run, and with it what went wrong, from coming to an end.
      await this.harness.close();
      this.client.disconnect();
    }
  }
}
