import { RedisCluster } from '../support/redis-cluster.js';
import { redisHarness } from '../support/engine-redis-harness.js';
import { describeWithRedis } from '../support/redis-server.js';
import { redisLockHarness } from '../support/lock-harness.js';
import { engineContract } from './engine/engine.contract.js';
import { lockContract } from './locks/lock.contract.js';

// A Cluster refuses what a single server lets pass: a script or command whose keys are not all in one slot.
describeWithRedis('on a Cluster of three', () => {
  let cluster: RedisCluster;
  beforeAll(async () => {
    cluster = await RedisCluster.start(3);
  });
  afterAll(() => cluster.stop());

  engineContract('the Redis engine', () => redisHarness(cluster.nodes[0], cluster.target));

  lockContract('the Redis provider', () => redisLockHarness(cluster.target));
});
