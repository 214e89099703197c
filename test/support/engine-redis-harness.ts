import type { RedisTarget } from '../../lib/engine/redis/connection/redis-target.js';
import { RedisEngine } from '../../lib/engine/redis/redis.engine.js';
import type { EngineHarness } from './engine-harness.js';
import { eventually } from './eventually.js';
import type { RedisServer } from './redis-server.js';

let harnesses = 0;

/** A store under a prefix of its own on the given server, or the Cluster that it belongs to. */
export async function redisHarness(server: RedisServer, target: RedisTarget = server.url): Promise<EngineHarness> {
  const options = { target, prefix: `contract-${process.pid}-${++harnesses}`, commandTimeoutMs: 5_000 };
  const engine = new RedisEngine(options);
  const second = new RedisEngine(options);
  await engine.open();
  await second.open();
  const clock = server.connect();
  const now = async (): Promise<number> => {
    const [seconds, micros] = await clock.time();
    return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
  };
  return {
    engine,
    second,
    elapse: async (ms) => {
      const until = (await now()) + ms;
      await eventually(async () => (await now()) > until, { timeout: ms + 5_000, interval: 2 });
    },
    close: async () => {
      await engine.close();
      await second.close();
      clock.disconnect();
    },
  };
}
