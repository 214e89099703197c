import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HeldLock, LockProvider } from '../../../lib/core/lock-provider.js';
import { eventually } from '../../support/eventually.js';
import { freshPrefix, lockRequest } from '../../support/lock-harness.js';
import { Contender } from './contender.js';
import type { ContenderSetup } from './contender.fixture.js';

type Place = Pick<ContenderSetup, 'redis' | 'postgres'>;

const SLOTS = Number(process.env.VIGIL_LOCK_SLOTS ?? 300);
const TTL_MS = 1_000;

/** What must hold between processes, wherever the locks are kept. */
export function lockProcesses(place: () => Place, providerAt: (prefix: string) => Promise<LockProvider>): void {
  const contenders: Contender[] = [];
  const start = async (name: string, prefix: string): Promise<Contender> => {
    const contender = await Contender.start({ name, prefix, ...place() });
    contenders.push(contender);
    return contender;
  };
  afterEach(async () => {
    await Promise.all(contenders.splice(0).map((each) => each.stop()));
  });

  it(`two that race for ${SLOTS} slots run each once, and never at the same time`, async () => {
    const dir = mkdtempSync(join(tmpdir(), 'vigil-race-'));
    try {
      const [counter, log] = [join(dir, 'counter'), join(dir, 'log')];
      writeFileSync(counter, '0');
      const prefix = freshPrefix();
      const racers = await Promise.all(['one', 'two'].map((name) => start(name, prefix)));
      for (const racer of racers) racer.order({ do: 'race', slots: SLOTS, counter, log });
      const won = await Promise.all(racers.map(async (racer) => (await racer.heard('raced', 240_000)).raced));
      const lines = readFileSync(log, 'utf8').trim().split('\n');
      const runs = lines.map((line) => line.split(' ').slice(0, 2).map(Number));
      expect(won.reduce((sum, each) => sum + each)).toBe(SLOTS);
      expect(Math.min(...won)).toBeGreaterThan(0);
      expect(Number(readFileSync(counter, 'utf8'))).toBe(SLOTS);
      expect(runs.map(([, slot]) => slot)).toEqual(Array.from({ length: SLOTS }, (_, n) => n + 1));
      const tokens = runs.map(([token]) => token);
      expect(tokens).toEqual([...new Set(tokens)].sort((a, b) => a - b));
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }, 300_000);

  it('one that is frozen loses its lock to the next, and learns of it when it wakes', async () => {
    const prefix = freshPrefix();
    const provider = await providerAt(prefix);
    const frozen = await start('frozen', prefix);
    frozen.order({ do: 'hold', entry: 'nightly', slot: 1, ttlMs: TTL_MS });
    const { token } = await frozen.heard('token');
    frozen.signal('SIGSTOP');
    const next = await nextHolder(provider);
    expect(next.fencingToken).toBeGreaterThan(token);
    frozen.signal('SIGCONT');
    expect((await frozen.heard('lost')).lost).toContain("the lock of cron entry 'nightly' was lost");
    expect(next.lost.aborted).toBe(false);
    await next.release();
  }, 60_000);

  it('one that is killed leaves its lock to the next', async () => {
    const prefix = freshPrefix();
    const provider = await providerAt(prefix);
    const killed = await start('killed', prefix);
    killed.order({ do: 'hold', entry: 'nightly', slot: 1, ttlMs: TTL_MS });
    const { token } = await killed.heard('token');
    await killed.stop();
    const next = await nextHolder(provider);
    expect(next.fencingToken).toBeGreaterThan(token);
    await next.release();
  }, 60_000);
}

/** Who has the lock of the next slot, once it is free. */
async function nextHolder(provider: LockProvider): Promise<HeldLock> {
  const request = lockRequest({ entry: 'nightly', slot: 2, ttlMs: TTL_MS });
  const answer = await eventually(
    async () => {
      const asked = await provider.acquire(request);
      return asked.acquired && asked;
    },
    { timeout: 15_000, interval: 50, message: 'the lock is free' },
  );
  if (!answer) throw new Error('eventually gave up without an error');
  return answer.lock;
}
