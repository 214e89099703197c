import { Client } from 'pg';
import { systemClock } from '../../../lib/core/clock.js';
import { LockLostError } from '../../../lib/core/lock.errors.js';
import type { LockProvider } from '../../../lib/core/lock-provider.js';
import type { PostgresLockOptions } from '../../../lib/scheduler/locks/postgres/postgres-connection.js';
import {
  PostgresLockStore,
  type PostgresLockParts,
} from '../../../lib/scheduler/locks/postgres/postgres-lock.store.js';
import { CREATE_TABLE } from '../../../lib/scheduler/locks/postgres/postgres-statements.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { taken } from '../../contract/locks/lock.contract.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, lockRequest, providerOf } from '../../support/lock-harness.js';
import { describeWithPostgres } from '../../support/postgres-server.js';
import { RedisProxy } from '../../support/redis-proxy.js';
import { lockProcesses } from './lock-processes.js';

describeWithPostgres('locks in PostgreSQL', (postgres) => {
  const closing: (() => unknown)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });
  const storeOf = (parts: Partial<PostgresLockParts> = {}): PostgresLockStore => {
    const options = { connectionString: postgres().url };
    const store = new PostgresLockStore({
      options,
      prefix: freshPrefix(),
      timeoutMs: 5_000,
      clock: systemClock,
      ...parts,
    });
    closing.push(() => store.close());
    return store;
  };
  const client = async (url = postgres().url): Promise<Client> => {
    const made = new Client({ connectionString: url });
    made.on('error', () => undefined);
    closing.push(() => made.end());
    await made.connect();
    return made;
  };
  let slots = 0;
  const takeOnce = async (provider: LockProvider): Promise<void> =>
    taken(await provider.acquire(lockRequest({ entry: 'nightly', slot: ++slots }))).release();
  const codeOf = (options: PostgresLockOptions, timeoutMs = 5_000): Promise<unknown> =>
    storeOf({ options, timeoutMs })
      .open()
      .then(
        () => 'opened',
        (error: unknown) => (error as { code?: string }).code,
      );

  lockProcesses(
    () => ({ postgres: postgres().url }),
    (prefix) => Promise.resolve(providerOf(storeOf({ prefix }))),
  );

  it('are lost when the server goes, and what was given before is known when it is back', async () => {
    const provider = providerOf(storeOf());
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 60_000 })));
    await postgres().kill();
    await eventually(() => lock.lost.aborted, { message: 'the run is told at once' });
    expect(lock.lost.reason).toBeInstanceOf(LockLostError);
    await expect(provider.acquire(lockRequest({ entry: 'nightly' }))).rejects.toMatchObject({
      code: 'LOCK_UNAVAILABLE',
    });
    await lock.release();
    await postgres().restart();
    await expect(provider.acquire(lockRequest({ entry: 'nightly' }))).resolves.toMatchObject({ reason: 'slot-taken' });
    const next = taken(await provider.acquire(lockRequest({ entry: 'nightly', slot: 2_000 })));
    expect(next.fencingToken).toBeGreaterThan(lock.fencingToken);
    await next.release();
  });

  it('are given up before their time is over on a connection that is half open, and free soon after', async () => {
    const proxy = await RedisProxy.start(postgres().port);
    closing.push(() => proxy.stop());
    const prefix = freshPrefix();
    const options = { connectionString: `postgres://postgres@127.0.0.1:${proxy.port}/postgres` };
    const provider = providerOf(storeOf({ prefix, options, timeoutMs: 1_000 }));
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 2_000 })));
    proxy.freeze();
    const other = providerOf(storeOf({ prefix }));
    const next = await eventually(
      async () => {
        const answer = await other.acquire(lockRequest({ entry: 'nightly', slot: 2_000 }));
        return answer.acquired && { lock: answer.lock, wasTold: lock.lost.aborted };
      },
      { timeout: 15_000, interval: 20 },
    );
    expect(next).toMatchObject({ wasTold: true });
    await (next as { lock: { release(): Promise<void> } }).lock.release();
    // The silent connection still has what was not given back; nothing more is begun on it.
    taken(await provider.acquire(lockRequest({ entry: 'hourly' })));
    await lock.release();
    taken(await provider.acquire(lockRequest({ entry: 'nightly', slot: 3_000 })));
  });

  it('are judged one after the other, each by what the one before was given', async () => {
    const prefix = freshPrefix();
    const [first, second] = [1, 2].map(() => providerOf(storeOf({ prefix })));
    for (const provider of [first, second]) await takeOnce(provider);
    const other = await client();
    await other.query('BEGIN');
    await other.query('SELECT FROM vigil_cron WHERE name = $1 FOR UPDATE', [`${prefix}/nightly`]);
    const asking = [first, second].map((provider) => provider.acquire(lockRequest({ entry: 'nightly', slot: 3_000 })));
    const watcher = await client();
    await eventually(async () => {
      const { rows } = await watcher.query(`SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`);
      expect(rows).toHaveLength(2);
    });
    await other.query('COMMIT');
    const answers = await Promise.all(asking);
    expect(answers.filter(({ acquired }) => acquired)).toHaveLength(1);
    expect(answers.find(({ acquired }) => !acquired)).toMatchObject({ reason: 'slot-taken' });
  });

  it('are lost when their session lets go of them', async () => {
    const own = await client();
    const provider = providerOf(storeOf({ options: { connect: () => Promise.resolve(own) } }));
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 1_000 })));
    await own.query('SELECT pg_advisory_unlock_all()');
    await eventually(() => lock.lost.aborted);
  });

  it('of one process share a connection, and one that is given back lives no shorter a time for the others', async () => {
    const prefix = freshPrefix();
    const provider = providerOf(storeOf({ prefix }));
    const long = taken(await provider.acquire(lockRequest({ entry: 'long', ttlMs: 60_000 })));
    const short = taken(await provider.acquire(lockRequest({ entry: 'short', ttlMs: 1_000 })));
    await short.release();
    const { rows } = await (
      await client()
    ).query<{ pid: number }>(`SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'`);
    expect(rows).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 1_300));
    expect(long.lost.aborted).toBe(false);
    await long.release();
  });

  it('cost two round trips a run, once the connection is made and the entry known', async () => {
    const own = await client();
    const query = jest.spyOn(own, 'query');
    const provider = providerOf(storeOf({ options: { connect: () => Promise.resolve(own) } }));
    const run = async (slot: number): Promise<number> => {
      query.mockClear();
      await taken(await provider.acquire(lockRequest({ entry: 'nightly', slot }))).release();
      return query.mock.calls.length;
    };
    await run(1);
    expect([await run(2), await run(3)]).toEqual([2, 2]);
  });

  it('close their connection a while after the last of them', async () => {
    const clock = new ManualClock();
    const store = storeOf({ clock });
    const provider = providerOf(store);
    const watcher = await client();
    const connections = async (): Promise<number> =>
      (await watcher.query(`SELECT FROM pg_stat_activity WHERE application_name = 'nestjs-vigil'`)).rows.length;
    await eventually(async () => (await connections()) === 0, { message: 'those of other tests are gone' });
    const lock = taken(await provider.acquire(lockRequest({ entry: 'nightly', ttlMs: 60_000 })));
    await clock.advance('1m');
    expect(await connections()).toBe(1);
    await lock.release();
    await clock.advance('9s');
    expect(await connections()).toBe(1);
    await clock.advance('2s');
    await eventually(async () => (await connections()) === 0);
    taken(await provider.acquire(lockRequest({ entry: 'nightly', slot: 2_000 })));
  });

  it('of an entry that is paused in the table are not given for planned slots', async () => {
    const prefix = freshPrefix();
    const provider = providerOf(storeOf({ prefix }));
    await taken(await provider.acquire(lockRequest({ entry: 'nightly' }))).release();
    await (await client()).query('UPDATE vigil_cron SET paused = true WHERE name = $1', [`${prefix}/nightly`]);
    const planned = lockRequest({ entry: 'nightly', slot: 2_000 });
    await expect(provider.acquire(planned)).resolves.toEqual({ acquired: false, reason: 'paused' });
    await taken(await provider.acquire({ ...planned, movesMark: false })).release();
  });

  describe('are refused', () => {
    it('by a pooler, which gives another number for the backend', async () => {
      const own = await client();
      const pretending = new Proxy(own, {
        get: (target, key): unknown => {
          if (key === 'processID') return 1;
          const value: unknown = Reflect.get(target, key);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
      await expect(codeOf({ connect: () => Promise.resolve(pretending) })).resolves.toBe('POSTGRES_POOLED');
    });

    it.each([
      ['at once', [0, 1]],
      ['in mid-work', [0, 0, 1]],
      ['when the lock is taken', [0, 0, 0, 0, 1]],
    ])('by a pooler that says no number, once another backend answers %s; and no lock is left', async (_, turns) => {
      const backends = [await client(), await client()];
      let asked = 0;
      const connection = {
        query: (text: string, values?: unknown[]) => backends[turns[asked++] ?? 1].query(text, values),
        end: () => Promise.resolve(),
        on: () => undefined,
      };
      const provider = providerOf(storeOf({ options: { connect: () => Promise.resolve(connection) } }));
      const asking = provider.acquire(lockRequest({ entry: 'pooled' }));
      await expect(asking).rejects.toMatchObject({ code: 'LOCK_UNAVAILABLE', cause: { code: 'POSTGRES_POOLED' } });
      const { rows } = await backends[0].query(`SELECT FROM pg_locks WHERE locktype = 'advisory'`);
      expect(rows).toEqual([]);
    });

    it('by connect() that returns one connection twice', async () => {
      const own = await client();
      const options = { connect: () => Promise.resolve(own) };
      await expect(codeOf(options)).resolves.toBe('opened');
      await expect(codeOf(options)).resolves.toBe('POSTGRES_CONNECTION_SHARED');
    });

    it('where nobody listens, and where nobody answers', async () => {
      const silent = await RedisProxy.start();
      closing.push(() => silent.stop());
      const at = (port: number) => ({ connectionString: `postgres://postgres@127.0.0.1:${port}/postgres` });
      await expect(codeOf(at(silent.port), 300)).resolves.toBe('POSTGRES_UNREACHABLE');
      await expect(codeOf(at(1))).resolves.toBe('POSTGRES_UNREACHABLE');
      await expect(codeOf({ connect: () => new Promise(() => undefined) }, 300)).resolves.toBe('POSTGRES_UNREACHABLE');
    });

    it('without the table, to a user who may not make it; with it, they are given', async () => {
      const admin = await client();
      await admin.query('CREATE DATABASE strict');
      await admin.query('CREATE ROLE shop LOGIN');
      const inside = await client(postgres().url.replace(/postgres$/, 'strict'));
      await inside.query('REVOKE CREATE ON SCHEMA public FROM PUBLIC');
      const options = { connectionString: `postgres://shop@127.0.0.1:${postgres().port}/strict` };
      await expect(codeOf(options)).resolves.toBe('POSTGRES_TABLE_MISSING');
      await inside.query(CREATE_TABLE);
      await inside.query('GRANT SELECT, INSERT, UPDATE ON vigil_cron TO shop');
      await taken(await providerOf(storeOf({ options })).acquire(lockRequest({ entry: 'nightly' }))).release();
    });
  });
});
