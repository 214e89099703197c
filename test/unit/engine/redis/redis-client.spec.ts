import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { createClient } from '../../../../lib/engine/redis/connection/redis-client.js';

const NODES = [{ host: '127.0.0.1', port: 1 }];
/** What suits others, and would lose jobs' wake-ups, cancellations or remembered steps here. */
const UNFIT: RedisOptions = {
  autoResubscribe: false,
  autoResendUnfulfilledCommands: false,
  maxRetriesPerRequest: 3,
  enableOfflineQueue: false,
  blockingTimeout: 10,
  commandTimeout: 10,
  stringNumbers: true,
};
const FIT = {
  autoResubscribe: true,
  autoResendUnfulfilledCommands: true,
  maxRetriesPerRequest: null,
  enableOfflineQueue: true,
  blockingTimeout: 5_000,
  commandTimeout: undefined,
  stringNumbers: false,
};

/** Made, and never connected. */
describe('a connection of our own', () => {
  const lazy = { lazyConnect: true, ...UNFIT };

  it('to one server overrules settings that do not suit jobs, given or taken over', () => {
    for (const target of [UNFIT, new Redis({ ...lazy })]) {
      const { options } = createClient(target, 5_000) as Redis;
      expect(options).toMatchObject(FIT);
      expect(options.lazyConnect).toBe(true);
    }
  });

  it('to a Cluster reads from no replica, and overrules the same', () => {
    const options: ClusterOptions = { scaleReads: 'slave', redisOptions: UNFIT };
    for (const target of [{ nodes: NODES, options }, new Cluster(NODES, { ...options, lazyConnect: true })]) {
      const cluster = createClient(target, 5_000) as Cluster;
      expect(cluster.options).toMatchObject({ scaleReads: 'master', redisOptions: FIT });
    }
  });

  it('keeps the settings that are a matter of taste', () => {
    const { options } = createClient({ db: 3, username: 'vigil', connectionName: 'mine' }, 5_000) as Redis;
    expect(options).toMatchObject({ db: 3, username: 'vigil', connectionName: 'mine' });
  });
});
