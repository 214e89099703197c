import { describeWithRedis } from '../support/redis-server.js';
import { modelContract } from './model/model.contract.js';
import { redisModelHarness } from './model/redis-model-harness.js';
import type { withShiftedClock } from './model/shifted-clock.js';

jest.mock('../../lib/engine/redis/scripts.generated.js', () => {
  const clock = jest.requireActual<{ withShiftedClock: typeof withShiftedClock }>('./model/shifted-clock.js');
  const { scripts } = jest.requireActual<{ scripts: Record<string, string> }>(
    '../../lib/engine/redis/scripts.generated.js',
  );
  return { scripts: clock.withShiftedClock(scripts) };
});

describeWithRedis('the Redis engine, in any order of operations', (redis) => {
  modelContract(() => redisModelHarness(redis()), { engine: 'redis', runs: 40, limitMs: 20_000 });
});
