import { Cluster, Redis, type ClusterOptions, type RedisOptions } from 'ioredis';
import { createClient, leaveOthers } from '../../../../lib/engine/redis/connection/redis-client.js';

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

  it('to a Cluster sends a command on for as long as somebody waits', () => {
    const redirections = (silenceMs: number, options?: ClusterOptions): number | undefined =>
      (createClient({ nodes: NODES, options }, silenceMs) as Cluster).options.maxRedirections;
    expect(redirections(5_000)).toBeGreaterThan(100);
    expect(redirections(10_000)).toBeGreaterThan(200);
    expect(redirections(5_000, { maxRedirections: 5 })).toBeGreaterThan(100);
    expect(redirections(5_000, { maxRedirections: 1_000 })).toBe(1_000);
  });

  it('keeps the settings that are a matter of taste', () => {
    const { options } = createClient({ db: 3, username: 'vigil', connectionName: 'mine' }, 5_000) as Redis;
    expect(options).toMatchObject({ db: 3, username: 'vigil', connectionName: 'mine' });
  });

  it('asks the next Sentinel soon, unless it was told how long to wait', () => {
    const sentinels = [{ host: '127.0.0.1', port: 1 }];
    const options = (given: RedisOptions): RedisOptions =>
      (createClient({ sentinels, name: 'm', ...given }, 5_000) as Redis).options;
    expect(options({})).toMatchObject({ sentinelCommandTimeout: 1_000, connectTimeout: 1_000 });
    const own = { sentinelCommandTimeout: 3_000, connectTimeout: 4_000 };
    expect(options(own)).toMatchObject(own);
  });
});

describe('a server that was replaced', () => {
  const successor = { host: '10.0.0.2', port: 6_380 };
  /** Whether a connection in this state, to this address, was ended so that a new one is made. */
  function isLeft(status: string, remoteAddress: string, remotePort: number): boolean {
    const disconnect = jest.fn();
    leaveOthers({ status, stream: { remoteAddress, remotePort }, disconnect } as unknown as Redis, successor);
    if (disconnect.mock.calls.length > 0) expect(disconnect.mock.calls).toEqual([[true]]);
    return disconnect.mock.calls.length > 0;
  }

  it.each(['ready', 'connect'])('is left by a connection that is in use (%s); its successor is not', (status) => {
    expect(isLeft(status, '10.0.0.1', 6_380)).toBe(true);
    expect(isLeft(status, '10.0.0.2', 6_379)).toBe(true);
    expect(isLeft(status, '10.0.0.2', 6_380)).toBe(false);
  });

  it.each(['wait', 'connecting', 'reconnecting', 'close', 'end'])(
    'is no reason to end one that is not (%s)',
    (status) => {
      expect(isLeft(status, '10.0.0.1', 6_380)).toBe(false);
    },
  );
});
