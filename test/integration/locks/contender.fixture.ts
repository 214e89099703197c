// A process that wants locks: it races for slots, or holds one and tells when it is lost.
import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { systemClock } from '../../../lib/core/clock.js';
import type { LockStore } from '../../../lib/engine/lock-store.port.js';
import { RedisConnection } from '../../../lib/engine/redis/connection/redis-connection.js';
import { RedisLocks } from '../../../lib/engine/redis/locks/redis-locks.js';
import { RedisKeys } from '../../../lib/engine/redis/redis-keys.js';
import type { LockProvider } from '../../../lib/core/lock-provider.js';
import { PostgresLockStore } from '../../../lib/scheduler/locks/postgres/postgres-lock.store.js';
import { providerOf } from '../../support/lock-harness.js';

export interface ContenderSetup {
  readonly name: string;
  readonly prefix: string;
  readonly redis?: string;
  readonly postgres?: string;
}

export type ContenderOrder =
  | { readonly do: 'race'; readonly slots: number; readonly counter: string; readonly log: string }
  | { readonly do: 'hold'; readonly entry: string; readonly slot: number; readonly ttlMs: number };

export type ContenderWord =
  'ready' | { readonly raced: number } | { readonly token: number } | { readonly lost: string };

const tell = (word: ContenderWord): void => void (process.connected && process.send?.(word));

async function storeOf({ prefix, redis, postgres }: ContenderSetup): Promise<LockStore> {
  if (postgres !== undefined) {
    const options = { connectionString: postgres };
    return new PostgresLockStore({ options, prefix, timeoutMs: 5_000, clock: systemClock });
  }
  const connection = new RedisConnection({ target: redis!, commandTimeoutMs: 5_000 });
  await connection.open();
  return new RedisLocks(connection, new RedisKeys(prefix));
}

/** Each slot until it was run by somebody, with a counter that only the lock protects. */
async function race(
  provider: LockProvider,
  name: string,
  { slots, counter, log }: Extract<ContenderOrder, { do: 'race' }>,
): Promise<number> {
  let won = 0;
  for (let slot = 1; slot <= slots;) {
    const request = { entry: 'race', slot, run: `${name}-${slot}`, movesMark: true, holder: name, ttlMs: 10_000 };
    const answer = await provider.acquire(request);
    if (!answer.acquired) {
      if (answer.reason === 'slot-taken') slot++;
      continue;
    }
    const before = Number(await readFile(counter, 'utf8'));
    await appendFile(log, `${answer.lock.fencingToken} ${slot} ${name}\n`);
    await writeFile(counter, String(before + 1));
    await answer.lock.release();
    won++;
    slot++;
  }
  return won;
}

async function main(setup: ContenderSetup): Promise<void> {
  const { name } = setup;
  const provider = providerOf(await storeOf(setup));
  const carryOut = async (order: ContenderOrder): Promise<void> => {
    if (order.do === 'race') return tell({ raced: await race(provider, name, order) });
    const { entry, slot, ttlMs } = order;
    const answer = await provider.acquire({ entry, slot, run: name, movesMark: true, holder: name, ttlMs });
    if (!answer.acquired) throw new Error(`${name}: ${answer.reason}`);
    answer.lock.lost.addEventListener('abort', () => tell({ lost: String(answer.lock.lost.reason) }));
    tell({ token: answer.lock.fencingToken });
  };
  // Whoever begins first must not be done before the other has a connection.
  const warm = { entry: `warm-${name}`, slot: 1, run: name, movesMark: false, holder: name, ttlMs: 10_000 };
  const answer = await provider.acquire(warm);
  if (answer.acquired) await answer.lock.release();
  process.on('message', (order: ContenderOrder) => void carryOut(order));
  process.on('disconnect', () => process.exit());
  tell('ready');
}

void main(JSON.parse(process.argv[2]) as ContenderSetup);
