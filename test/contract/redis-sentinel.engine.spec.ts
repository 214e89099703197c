import { redisHarness } from '../support/engine-redis-harness.js';
import { RedisSentinel } from '../support/redis-sentinel.js';
import { describeWithRedis } from '../support/redis-server.js';
import { redisLockHarness } from '../support/lock-harness.js';
import { engineContract } from './engine/engine.contract.js';
import { lockContract } from './locks/lock.contract.js';

// The master is found by asking Sentinels, as an application does that is given `{ sentinels, name }`.
describeWithRedis('behind Sentinel', () => {
  let group: RedisSentinel;
  beforeAll(async () => {
    group = await RedisSentinel.start();
  });
  afterAll(() => group.stop());

  engineContract('the Redis engine', async () => redisHarness(await group.master(), group.target));

  lockContract('the Redis provider', () => redisLockHarness(group.target));
});
