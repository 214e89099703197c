import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';

export async function openRedisEngine(url: string): Promise<JobEngine> {
  const engine = new RedisEngine({ target: url, prefix: 'vigil', commandTimeoutMs: 5_000 });
  await engine.open();
  return engine;
}
