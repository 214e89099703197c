import type { EngineReport } from '../../../lib/engine/engine.port.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';

const NO_MAXMEMORY =
  'Redis has no maxmemory: when memory runs out, the system ends Redis instead of Redis refusing new jobs. Set maxmemory.';
const NOTHING_ON_DISK = 'Redis keeps nothing on disk: accepted jobs are lost when it ends. Set `appendonly yes`.';

// Suites that start servers of their own take no parameter.
describeWithRedis('what boot says of a Redis that is fit', () => {
  let server: RedisServer | undefined;
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  async function reportOf(
    args: readonly string[],
    arrange?: (server: RedisServer) => Promise<string>,
  ): Promise<EngineReport> {
    server = await startRedisServer({ args });
    const target = (await arrange?.(server)) ?? server.url;
    const engine = new RedisEngine({ target, prefix: 'fitness', commandTimeoutMs: 5_000 });
    try {
      return await engine.open();
    } finally {
      await engine.close();
    }
  }

  it.each<[string, string[], string, string[]]>([
    [
      'AOF at every write',
      ['--appendonly', 'yes', '--appendfsync', 'always'],
      'AOF, written out at every job: an accepted job survives the end of Redis and of its machine',
      [],
    ],
    [
      'AOF every second',
      ['--appendonly', 'yes', '--appendfsync', 'everysec'],
      'AOF, written out every second: a lost machine costs up to about a second of accepted jobs',
      [],
    ],
    [
      'AOF when the system likes',
      ['--appendonly', 'yes', '--appendfsync', 'no'],
      'AOF (appendfsync no), written out when the system likes: a lost machine may cost half a minute of accepted jobs',
      [],
    ],
    [
      'snapshots',
      ['--save', '900 1'],
      'snapshots (save 900 1): what was accepted after the last one is lost when Redis ends',
      [],
    ],
    ['nothing on disk', [], 'none: no AOF and no snapshots', [NOTHING_ON_DISK]],
  ])('%s', async (_, args, durability, warnings) => {
    const report = await reportOf([...args, '--maxmemory', '256mb']);
    expect(report).toEqual({ engine: 'redis', durability, warnings });
  });

  it('no maxmemory', async () => {
    const { warnings } = await reportOf(['--appendonly', 'yes']);
    expect(warnings).toEqual([NO_MAXMEMORY]);
  });

  describe('where CONFIG is forbidden', () => {
    async function asGuest(own: RedisServer): Promise<string> {
      await own.connect().acl('SETUSER', 'guest', 'on', '>secret', '~*', '&*', '+@all', '-config');
      return `redis://guest:secret@127.0.0.1:${own.port}`;
    }

    it('AOF is still seen, but not how often it is written out', async () => {
      const { durability } = await reportOf(['--appendonly', 'yes'], asGuest);
      expect(durability).toBe('AOF, but CONFIG is not allowed, so it could not be seen how often it is written out');
    });

    it('the rest is unknown', async () => {
      const { durability, warnings } = await reportOf(['--maxmemory', '256mb'], asGuest);
      expect(durability).toBe(
        'unknown: no AOF, and CONFIG is not allowed, so it could not be seen whether snapshots are taken',
      );
      expect(warnings).toEqual([]);
    });

    it('an eviction policy is refused as ever', async () => {
      const args = ['--maxmemory', '64mb', '--maxmemory-policy', 'volatile-ttl'];
      await expect(reportOf(args, asGuest)).rejects.toMatchObject({ code: 'REDIS_EVICTION_POLICY' });
    });

    it('jobs are accepted', async () => {
      server = await startRedisServer();
      const engine = new RedisEngine({ target: await asGuest(server), prefix: 'fitness', commandTimeoutMs: 5_000 });
      await engine.open();
      expect(await engine.enqueue([requestOf({ queue: 'q' })])).toMatchObject([{ status: 'created' }]);
      await engine.close();
    });
  });
});
