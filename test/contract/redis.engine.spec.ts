import { redisHarness } from '../support/engine-redis-harness.js';
import { describeWithRedis } from '../support/redis-server.js';
import { engineContract } from './engine/engine.contract.js';

describeWithRedis('on a real server', (redis) => {
  engineContract('the Redis engine', () => redisHarness(redis()));
});
