import { systemClock, type Clock } from '../../lib/core/clock.js';
import type { JobLogger } from '../../lib/core/job-logger.js';
import type { LockClaim, LockStore } from '../../lib/engine/lock-store.port.js';
import { RedisConnection } from '../../lib/engine/redis/connection/redis-connection.js';
import type { RedisTarget } from '../../lib/engine/redis/connection/redis-target.js';
import { RedisLocks } from '../../lib/engine/redis/locks/redis-locks.js';
import { RedisKeys } from '../../lib/engine/redis/redis-keys.js';
import { LeasedLockProvider } from '../../lib/scheduler/locks/leased-lock.provider.js';
import type { LockProvider, LockRequest } from '../../lib/core/lock-provider.js';
import { MemoryLockStore } from '../../lib/scheduler/locks/memory/memory-lock.store.js';
import { PostgresLockStore } from '../../lib/scheduler/locks/postgres/postgres-lock.store.js';
import { ManualClock } from '../../lib/testing/manual-clock.js';
import type { PostgresServer } from './postgres-server.js';

/** One place where locks are kept, as two instances of an application see it. */
export interface LockHarness {
  readonly first: LockProvider;
  readonly second: LockProvider;
  /** What they keep their locks in. */
  readonly stores: readonly LockStore[];
  /** The clock of the place. */
  now(): Promise<number>;
  /** Lets at least so much time go by on that clock. */
  elapse(ms: number): Promise<void>;
  /** Takes the lock from whoever has it, as an operator would who means well. */
  remove(entry: string): Promise<void>;
  close(): Promise<void>;
}

export const quiet: JobLogger = {
  log: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  debug: () => undefined,
};

export function providerOf(store: LockStore, clock: Clock = systemClock): LockProvider {
  return new LeasedLockProvider({ store, clock, logger: quiet });
}

let made = 0;
/** Of a harness: nobody else's locks have it. */
export const freshPrefix = (): string => `locks-${process.pid}-${++made}`;

let runs = 0;

/** A request of a run of its own, for a slot in the past, unless told otherwise. */
export function lockRequest(asked: Partial<LockRequest> & Pick<LockRequest, 'entry'>): LockRequest {
  return { slot: 1_000, run: `run-${++runs}`, movesMark: true, holder: 'somebody', ttlMs: 5_000, ...asked };
}

export function lockClaim(asked: Partial<LockClaim> & Pick<LockClaim, 'entry' | 'owner'>): LockClaim {
  return { per: 'entry', ...lockRequest(asked), owner: asked.owner };
}

export function memoryLockHarness(): Promise<LockHarness> {
  const clock = new ManualClock();
  const store = new MemoryLockStore(clock);
  return Promise.resolve({
    first: providerOf(store, clock),
    second: providerOf(store, clock),
    stores: [store, store],
    now: () => Promise.resolve(clock.now()),
    elapse: (ms) => clock.advance(ms),
    remove: (entry) => Promise.resolve(store.remove(entry)),
    close: () => Promise.resolve(),
  });
}

export async function redisLockHarness(target: RedisTarget): Promise<LockHarness> {
  const prefix = freshPrefix();
  const keys = new RedisKeys(prefix);
  const connections = [1, 2].map(() => new RedisConnection({ target, commandTimeoutMs: 5_000 }));
  await Promise.all(connections.map((connection) => connection.open()));
  const stores = connections.map((connection): LockStore => new RedisLocks(connection, keys));
  return {
    first: providerOf(stores[0]),
    second: providerOf(stores[1]),
    stores,
    now: async () => {
      const [seconds, micros] = await connections[0].command<[string, string]>('time');
      return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
    },
    elapse,
    remove: async (entry) => void (await connections[0].command('del', keys.locks.held(entry))),
    close: () => Promise.resolve(connections.forEach((connection) => connection.close())),
  };
}

export async function postgresLockHarness(server: PostgresServer): Promise<LockHarness> {
  const prefix = freshPrefix();
  const options = { connectionString: server.url };
  const stores = [1, 2].map(() => new PostgresLockStore({ options, prefix, timeoutMs: 5_000, clock: systemClock }));
  const client = await server.connect();
  return {
    first: providerOf(stores[0]),
    second: providerOf(stores[1]),
    stores,
    now: async () => {
      const { rows } = await client.query<{ now: number }>(
        'SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS now',
      );
      return Math.floor(rows[0].now);
    },
    elapse,
    // Of the entries of a prefix, one is locked at a time in the tests that ask for this.
    remove: async () => {
      await client.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'nestjs-vigil'
           AND pid IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')`,
      );
    },
    close: async () => {
      for (const store of stores) store.close();
      await client.end();
    },
  };
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms + 1));
}
