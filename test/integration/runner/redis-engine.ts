import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';

export interface Place {
  readonly url: string;
  readonly prefix: string;
  readonly commandTimeoutMs?: number;
}

export async function openRedisEngine({ url, prefix, commandTimeoutMs = 5_000 }: Place): Promise<JobEngine> {
  const engine = new RedisEngine({ target: url, prefix, commandTimeoutMs });
  await engine.open();
  return engine;
}
