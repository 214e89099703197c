import { inspect } from 'node:util';
import { Cluster, Redis } from 'ioredis';
import type { RedisTarget } from '../../../lib/engine/redis/connection/redis-target.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';

const DEADLINE_MS = 400;
const LONG_MS = 20_000;

/** The error of a boot that fails, and how long it took. */
async function bootError(
  target: RedisTarget,
  commandTimeoutMs = LONG_MS,
): Promise<{ code: string; message: string; error: Error; ms: number }> {
  const began = performance.now();
  const engine = new RedisEngine({ target, prefix: 'boot', commandTimeoutMs });
  const error = await engine.open().then(
    () => new Error('it booted'),
    (reason: Error) => reason,
  );
  await engine.close();
  const { code = '' } = error as Error & { code?: string };
  return { code, message: error.message, error, ms: performance.now() - began };
}

describeWithRedis('a boot on Redis that can not be', (redis) => {
  let other: RedisServer | undefined;
  let proxy: RedisProxy | undefined;
  const start = async (...args: string[]): Promise<RedisServer> => (other = await startRedisServer({ args }));
  const startProxy = async (port?: number): Promise<RedisProxy> => (proxy = await RedisProxy.start(port));
  afterEach(async () => {
    await Promise.all([other?.stop(), proxy?.stop()]);
    other = proxy = undefined;
  });

  it('ends within the deadline when nobody listens, and says who refused', async () => {
    const { port } = await startProxy();
    await proxy?.stop();
    const { code, message, ms } = await bootError(`redis://127.0.0.1:${port}`, DEADLINE_MS);
    expect({ code, message }).toEqual({
      code: 'REDIS_UNREACHABLE',
      message: `redis: no connection within 400 ms (connect ECONNREFUSED 127.0.0.1:${port}). Is it running, and is the \`redis\` option right? A longer \`commandTimeout\` waits longer.`,
    });
    expect(ms).toBeLessThan(DEADLINE_MS + 1_000);
  });

  it('ends within the deadline when somebody listens and never answers', async () => {
    const { url } = await startProxy();
    const { code, ms } = await bootError(url, DEADLINE_MS);
    expect(code).toBe('REDIS_UNREACHABLE');
    expect(proxy?.accepted).toBeGreaterThan(0);
    expect(ms).toBeLessThan(DEADLINE_MS + 1_000);
  });

  it('ends within the deadline when no node of a Cluster listens', async () => {
    const { port } = await startProxy();
    await proxy?.stop();
    const { code, message, ms } = await bootError({ nodes: [{ host: '127.0.0.1', port }] }, DEADLINE_MS);
    expect(code).toBe('REDIS_UNREACHABLE');
    expect(message).toContain('(Failed to refresh slots cache. Connection is closed.)');
    expect(ms).toBeLessThan(DEADLINE_MS + 1_000);
  });

  it('ends within the deadline when the host has no address', async () => {
    const { code, message } = await bootError('redis://nowhere.invalid:6379', DEADLINE_MS);
    expect(code).toBe('REDIS_UNREACHABLE');
    expect(message).toMatch(/ENOTFOUND|EAI_AGAIN|no connection within 400 ms\./);
  });

  it('is refused when Redis is too old', async () => {
    const { url } = await startProxy(redis().port);
    // Of the same length, which Redis tells before the text.
    proxy!.rewrite = (reply) =>
      Buffer.from(reply.toString('latin1').replace(/redis_version:\d/, 'redis_version:6'), 'latin1');
    const { code, message } = await bootError(url);
    expect({ code, message }).toEqual({
      code: 'REDIS_TOO_OLD',
      message: expect.stringMatching(/^redis: the server is version 6\.[\d.]+; 7\.0 or newer is needed\. Upgrade it/),
    });
  });

  it('is refused when Redis may evict jobs', async () => {
    const { url } = await start('--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru');
    const { code, message } = await bootError(url);
    expect({ code, message }).toEqual({
      code: 'REDIS_EVICTION_POLICY',
      message:
        "redis: maxmemory-policy is 'allkeys-lru', so Redis may delete jobs when memory is short. Set `maxmemory-policy noeviction`.",
    });
  });

  it('is refused on a replica', async () => {
    const { url } = await start('--replicaof', '127.0.0.1', String(redis().port));
    const { code, message } = await bootError(url);
    expect({ code, message }).toEqual({
      code: 'REDIS_READ_ONLY',
      message:
        'redis: the server is a replica and takes no writes. Name the primary, or give `sentinels` and `name` so that it is found.',
    });
  });

  describe('because of the login', () => {
    const cure = expect.stringContaining('Give user and password in the URL, redis://user:password@host:port');

    it('ends at once when Redis asks for a password and none is given', async () => {
      const { url } = await start('--requirepass', 'sesame');
      const { code, message, ms } = await bootError(url);
      expect({ code, message }).toEqual({ code: 'REDIS_LOGIN_REFUSED', message: cure });
      expect(message).toContain('NOAUTH');
      expect(ms).toBeLessThan(LONG_MS / 4);
    });

    it('ends at once when the password is wrong, and tells it to nobody', async () => {
      const { port } = await start('--requirepass', 'sesame');
      const { code, message, error, ms } = await bootError({ host: '127.0.0.1', port, password: 'simsalabim' });
      expect({ code, message }).toEqual({ code: 'REDIS_LOGIN_REFUSED', message: cure });
      expect(message).toContain('WRONGPASS');
      expect(inspect(error, { depth: 10 })).not.toContain('simsalabim');
      expect(ms).toBeLessThan(LONG_MS / 4);
    });

    it('ends at once when a Cluster asks for a password', async () => {
      const { port } = await start('--requirepass', 'sesame', '--cluster-enabled', 'yes', '--cluster-port', '0');
      const { code, ms } = await bootError({ nodes: [{ host: '127.0.0.1', port }] });
      expect(code).toBe('REDIS_LOGIN_REFUSED');
      expect(ms).toBeLessThan(LONG_MS / 4);
    });

    it('is none when the password is right', async () => {
      const { port } = await start('--requirepass', 'sesame');
      const target = `redis://:sesame@127.0.0.1:${port}`;
      const engine = new RedisEngine({ target, prefix: 'boot', commandTimeoutMs: LONG_MS });
      expect(await engine.open()).toMatchObject({ engine: 'redis' });
      await engine.close();
    });
  });
});

describe('a keyPrefix of ioredis', () => {
  const instances: (Redis | Cluster)[] = [];
  const kept = <T extends Redis | Cluster>(instance: T): T => {
    instances.push(instance);
    return instance;
  };
  afterAll(() => instances.forEach((instance) => instance.disconnect()));
  const nodes = [{ host: '127.0.0.1', port: 1 }];
  const keyPrefix = 'shop:';
  const lazy = { lazyConnect: true };

  it.each<[string, () => RedisTarget]>([
    ['in a URL', () => 'redis://127.0.0.1:6379/2?family=4&keyPrefix=shop%3A'],
    ['in the options', () => ({ host: '127.0.0.1', keyPrefix })],
    ['in the options of Sentinel', () => ({ sentinels: nodes, name: 'main', keyPrefix })],
    ['of a connection', () => kept(new Redis({ keyPrefix, ...lazy }))],
    ['in the options of a Cluster', () => ({ nodes, options: { keyPrefix } })],
    ['in the options of its nodes', () => ({ nodes, options: { redisOptions: { keyPrefix } } })],
    ['of a Cluster that is given', () => kept(new Cluster(nodes, { keyPrefix, ...lazy }))],
    [
      'of the nodes of a Cluster that is given',
      () => kept(new Cluster(nodes, { redisOptions: { keyPrefix }, ...lazy })),
    ],
  ])('is refused %s, with the option that does the same', (_, target) => {
    const create = (): RedisEngine => new RedisEngine({ target: target(), prefix: 'boot', commandTimeoutMs: 1_000 });
    expect(create).toThrow(
      expect.objectContaining({
        code: 'REDIS_KEY_PREFIX',
        message: expect.stringContaining("Remove it and set `prefix: 'shop'` in the module's options."),
      }),
    );
  });

  it.each<[string, RedisTarget]>([
    ['a URL', 'redis://127.0.0.1:6379/2?family=4'],
    ['options', { host: '127.0.0.1' }],
    ['a Cluster', { nodes }],
  ])('is not seen where there is none: %s', async (_, target) => {
    await new RedisEngine({ target, prefix: 'boot', commandTimeoutMs: 1_000 }).close();
  });
});
