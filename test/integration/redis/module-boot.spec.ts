import { Injectable, Module, type DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Job, VigilModule, type VigilOptions } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { RecordedLogger } from '../../support/nest-apps.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis, startRedisServer, type RedisServer } from '../../support/redis-server.js';

const DEADLINE_MS = 400;
const LONG_MS = 20_000;

@Injectable()
class Shop {
  @Job()
  async charge(): Promise<void> {
    // Never runs: the application does not start.
  }
}

@Module({})
class AppModule {
  static with(vigil: DynamicModule): DynamicModule {
    return { module: AppModule, imports: [vigil], providers: [Shop] };
  }
}

describeWithRedis('an application on a Redis that can not be', (redis) => {
  let server: RedisServer | undefined;
  let proxy: RedisProxy | undefined;
  afterEach(async () => {
    await Promise.all([server?.stop(), proxy?.stop()]);
    server = proxy = undefined;
  });

  const withOptions = (options: VigilOptions): [string, DynamicModule][] => [
    ['forRoot', VigilModule.forRoot(options)],
    ['forRootAsync', VigilModule.forRootAsync({ useFactory: () => Promise.resolve(options) })],
  ];

  /** What the start ends with, however the module came by its options, and how long each took at most. */
  async function startError(options: VigilOptions): Promise<{ code: string; message: string; ms: number }> {
    let slowest = 0;
    const errors = new Map<string, string>();
    for (const [, vigil] of withOptions(options)) {
      const began = performance.now();
      const logger = new RecordedLogger();
      const start = NestFactory.createApplicationContext(AppModule.with(vigil), { abortOnError: false, logger });
      const error = await start.then(
        (app) => app.close().then(() => new Error('it started')),
        (reason: Error) => reason,
      );
      slowest = Math.max(slowest, performance.now() - began);
      errors.set((error as Error & { code?: string }).code ?? 'none', error.message);
    }
    expect([...errors]).toHaveLength(1);
    const [[code, message]] = [...errors];
    return { code, message, ms: slowest };
  }

  it('does not start, nor hang, when nobody listens', async () => {
    const { url } = (proxy = await RedisProxy.start());
    await proxy.stop();
    const { code, message, ms } = await startError({ redis: url, commandTimeout: DEADLINE_MS });
    expect({ code, message }).toEqual({
      code: 'REDIS_UNREACHABLE',
      message: expect.stringContaining('Is it running, and is the `redis` option right?'),
    });
    expect(ms).toBeLessThan(DEADLINE_MS + 1_500);
  });

  it('does not start, nor hang, when somebody listens and never answers', async () => {
    const { url } = (proxy = await RedisProxy.start());
    const { code, ms } = await startError({ redis: url, commandTimeout: DEADLINE_MS });
    expect(code).toBe('REDIS_UNREACHABLE');
    expect(ms).toBeLessThan(DEADLINE_MS + 1_500);
  });

  it('does not start when Redis may evict jobs', async () => {
    server = await startRedisServer({ args: ['--maxmemory', '64mb', '--maxmemory-policy', 'allkeys-lru'] });
    const { code, message, ms } = await startError({ redis: server.url, commandTimeout: LONG_MS });
    expect({ code, message }).toEqual({
      code: 'REDIS_EVICTION_POLICY',
      message: expect.stringContaining('Set `maxmemory-policy noeviction`.'),
    });
    expect(ms).toBeLessThan(LONG_MS / 4);
    // Nest runs no hooks after a failed start, and a connection that is left would keep the process.
    const clients = server.connect();
    await eventually(async () => expect(await clients.client('LIST')).not.toContain('name=nestjs-vigil'));
  });

  it('does not start when Redis is too old', async () => {
    proxy = await RedisProxy.start(redis().port);
    proxy.rewrite = (reply) =>
      Buffer.from(reply.toString('latin1').replace(/redis_version:\d/, 'redis_version:6'), 'latin1');
    const { code } = await startError({ redis: proxy.url, commandTimeout: LONG_MS });
    expect(code).toBe('REDIS_TOO_OLD');
  });

  it('does not start when the login is refused', async () => {
    server = await startRedisServer({ args: ['--requirepass', 'sesame'] });
    const { code, ms } = await startError({ redis: server.url, commandTimeout: LONG_MS });
    expect(code).toBe('REDIS_LOGIN_REFUSED');
    expect(ms).toBeLessThan(LONG_MS / 4);
  });

  it('does not start with a keyPrefix', async () => {
    const { code } = await startError({ redis: { host: '127.0.0.1', port: redis().port, keyPrefix: 'shop:' } });
    expect(code).toBe('REDIS_KEY_PREFIX');
  });

  it('starts where Redis is fit, and says so', async () => {
    const logger = new RecordedLogger();
    const vigil = VigilModule.forRoot({ redis: redis().url });
    const app = await NestFactory.createApplicationContext(AppModule.with(vigil), { abortOnError: false, logger });
    await app.close();
    expect(logger.of('log')).toContain('jobs are kept in redis; durability: none: no AOF and no snapshots');
    expect(logger.of('warn')).toEqual(
      expect.arrayContaining([
        expect.stringContaining('Redis has no maxmemory'),
        expect.stringContaining('Redis keeps nothing on disk'),
      ]),
    );
  });
});
