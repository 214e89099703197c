import { redisLockHarness } from '../support/lock-harness.js';
import { describeWithRedis } from '../support/redis-server.js';
import { lockContract } from './locks/lock.contract.js';

describeWithRedis('on a real server', (redis) => {
  lockContract('the Redis provider', () => redisLockHarness(redis().url));
});
