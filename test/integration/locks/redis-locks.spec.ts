import { RedisConnection } from '../../../lib/engine/redis/connection/redis-connection.js';
import { RedisLocks } from '../../../lib/engine/redis/locks/redis-locks.js';
import { RedisKeys } from '../../../lib/engine/redis/redis-keys.js';
import { LockLostError } from '../../../lib/core/lock.errors.js';
import type { LockProvider } from '../../../lib/core/lock-provider.js';
import { taken } from '../../contract/locks/lock.contract.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, lockRequest, providerOf } from '../../support/lock-harness.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { TamperedConnection } from '../../support/redis-stage.js';
import { lockProcesses } from './lock-processes.js';

describeWithRedis('locks on Redis', (redis) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const openAt = async (prefix: string, url = redis().url, commandTimeoutMs = 5_000): Promise<LockProvider> => {
    const connection = new RedisConnection({ target: url, commandTimeoutMs });
    closing.push(() => connection.close());
    await connection.open();
    return providerOf(new RedisLocks(connection, new RedisKeys(prefix)));
  };
  const proxied = async (): Promise<RedisProxy> => {
    const proxy = await RedisProxy.start(redis().port);
    closing.push(() => proxy.stop());
    return proxy;
  };

  lockProcesses(() => ({ redis: redis().url }), openAt);

  it('are given up before their time is over when Redis says nothing more', async () => {
    const proxy = await proxied();
    const prefix = freshPrefix();
    const provider = await openAt(prefix, proxy.url, 60_000);
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 2_000 })));
    proxy.freeze();
    const other = await openAt(prefix);
    const next = await eventually(
      async () => {
        const answer = await other.acquire(lockRequest({ entry: 'nightly', slot: 2_000 }));
        return answer.acquired && { lock: answer.lock, wasTold: lock.lost.aborted };
      },
      { timeout: 15_000, interval: 5 },
    );
    expect(next).toMatchObject({ wasTold: true });
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
  });

  it('are given once when the reply is lost, and asked for again by the connection', async () => {
    const proxy = await proxied();
    let lost = 0;
    proxy.loses = (command) => /^eval/i.test(command[0] ?? '') && lost++ < 2;
    const prefix = freshPrefix();
    const provider = await openAt(prefix, proxy.url);
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly' })));
    expect(lost).toBeGreaterThan(1);
    const token = await redis().connect().hget(new RedisKeys(prefix).locks.known('nightly'), 'token');
    expect(lock.fencingToken).toBe(Number(token));
    lost = 0;
    await lock.release();
    expect(lost).toBeGreaterThan(1);
    taken(await (await openAt(prefix)).acquire(lockRequest({ entry: 'nightly', slot: 2_000 })));
  });

  it('that were taken while nobody heard of it are given back, long before their time', async () => {
    const proxy = await proxied();
    const prefix = freshPrefix();
    const provider = await openAt(prefix, proxy.url, 400);
    proxy.freeze('replies');
    const asking = provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 600_000 }));
    await expect(asking).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE' });
    const other = await openAt(prefix);
    const request = lockRequest({ entry: 'nightly', slot: 2_000 });
    await eventually(async () => (await other.acquire(request)).acquired, { timeout: 15_000 });
  });

  it('cost two round trips a run', async () => {
    const connection = new TamperedConnection({ target: redis().url, commandTimeoutMs: 5_000 });
    closing.push(() => connection.close());
    await connection.open();
    const asked: string[] = [];
    connection.tamper = (script, through) => (asked.push(script), through());
    const provider = providerOf(new RedisLocks(connection, new RedisKeys(freshPrefix())));
    for (const slot of [1, 2]) await taken(await provider.acquire(lockRequest({ entry: 'nightly', slot }))).release();
    expect(asked).toEqual(['take-lock', 'give-back-lock', 'take-lock', 'give-back-lock']);
  });

  it('have a token that rises also when everything of the entry is deleted', async () => {
    const prefix = freshPrefix();
    const provider = await openAt(prefix);
    const client = redis().connect();
    const { locks } = new RedisKeys(prefix);
    let last = 0;
    for (let n = 0; n < 20; n++) {
      const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly' })));
      expect(lock.fencingToken).toBeGreaterThan(last);
      last = lock.fencingToken;
      await lock.release();
      await client.del(locks.known('nightly'));
    }
  });
});
