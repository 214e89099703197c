import { formatJobId } from '../../../lib/core/job-id.js';
import type { LedgerFinding } from '../../../lib/engine/ledger.port.js';
import { lineOf, memberOf, placeOf, type QueueKeys } from '../../../lib/engine/redis/redis-keys.js';
import { buried, completed } from '../../support/engine-settlements.js';
import { EngineScene } from '../../support/engine-scene.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const LINE = lineOf('task', 1);
type Found = Pick<LedgerFinding, 'what' | 'amount' | 'ids'>;

describeWithRedis('the ledger on Redis, in which somebody tampers', (redis) => {
  let scene: RedisScene;
  let keys: QueueKeys;
  /** Two wait, two are scheduled, two run, two are dead, one completed. */
  let ids: Record<'waiting' | 'scheduled' | 'active' | 'dead', string[]>;
  let members: Record<'waiting' | 'scheduled' | 'active' | 'dead', string[]>;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
    const worker = await scene.worker();
    await scene.enqueueMany(5);
    const jobs = await worker.claim();
    const [completes, d1, d2, ...active] = jobs;
    await worker.settle(completed(completes), buried(d1), buried(d2));
    const scheduled = await scene.enqueueMany(2, { delayMs: 3_600_000 });
    const waiting = await scene.enqueueMany(2);
    keys = await scene.keys();
    const groups = { waiting, scheduled, active, dead: [d1, d2] };
    const mapped = Object.entries(groups).map(([state, refs]) => [state, refs] as const);
    ids = Object.fromEntries(mapped.map(([state, refs]) => [state, refs.map(formatJobId)])) as typeof ids;
    members = Object.fromEntries(
      mapped.map(([state, refs]) => [state, refs.map((ref) => memberOf({ life: 0, ...ref }))]),
    ) as typeof members;
  });

  afterEach(async () => {
    await scene.harness.close();
    scene.client.disconnect();
  });

  /** What is found, and that it is told in the outbox: once. */
  async function found(): Promise<Found[]> {
    const reading = await scene.engine.readLedger(scene.queue);
    const isTold = await scene.engine.keepLedger(reading);
    expect(isTold).toBe(reading.findings.length > 0);
    expect(await scene.second.keepLedger(await scene.second.readLedger(scene.queue))).toBe(false);
    const entries = await scene.engine.takeAlerts(scene.queue, 100, 60_000);
    const alarms = entries.filter(({ kind }) => kind === 'queue.ledger-broken');
    expect(alarms.map(({ data }) => (JSON.parse(data) as { findings: unknown }).findings)).toEqual(
      isTold ? [reading.findings] : [],
    );
    return reading.findings.map(({ what, amount, ids: told }) => ({ what, amount, ids: told }));
  }

  it('finds nothing where nobody did', async () => {
    expect(await found()).toEqual([]);
  });

  it('misses what was taken out of a waiting list, and names it', async () => {
    await scene.client.lrem(keys.waiting(LINE, 1), 1, members.waiting[0]);
    expect(await found()).toEqual([
      { what: 'difference', amount: 1, ids: [] },
      { what: 'homeless-records', amount: 1, ids: [ids.waiting[0]] },
    ]);
  });

  it('sees a member that stands in a list twice', async () => {
    await scene.client.rpush(keys.waiting(LINE, 1), members.waiting[0]);
    expect(await found()).toEqual([{ what: 'difference', amount: -1, ids: [] }]);
  });

  it('misses what was taken from the active ones, and names it', async () => {
    await scene.client.hdel(keys.active(LINE), members.active[0]);
    expect(await found()).toEqual([
      { what: 'difference', amount: 1, ids: [] },
      { what: 'homeless-records', amount: 1, ids: [ids.active[0]] },
    ]);
  });

  it('misses what was taken from the schedule, and sees that its time does not go with it', async () => {
    await scene.client.zrem(keys.scheduled(LINE), `1${members.scheduled[0]}`);
    const findings = await found();
    expect(findings).toContainEqual({ what: 'difference', amount: 1, ids: [] });
    expect(findings).toContainEqual({ what: 'homeless-records', amount: 1, ids: [ids.scheduled[0]] });
    await scene.client.del(keys.due);
    expect((await scene.engine.readLedger(scene.queue)).findings.map(({ what }) => what)).toContain('schedule');
  });

  it.each(['waiting', 'scheduled', 'active', 'dead'] as const)(
    'names the %s job whose record was deleted',
    async (state) => {
      const [slotKey = ''] = members[state][0].split('~');
      await scene.client.del(keys.record(placeOf({ type: 'task', slotKey })));
      expect(await found()).toEqual([{ what: 'lost-members', amount: 1, ids: [ids[state][0]] }]);
    },
  );

  it('sees what became of a deleted record when a claim skipped its member', async () => {
    const [slotKey = ''] = members.waiting[0].split('~');
    await scene.client.del(keys.record(placeOf({ type: 'task', slotKey })));
    const worker = await scene.worker();
    expect(await worker.claim()).toHaveLength(1);
    expect(await found()).toEqual([{ what: 'skipped-members', amount: 1, ids: [] }]);
  });

  it('tells deleted records from what a cancellation left in the list', async () => {
    await scene.engine.cancel((await scene.enqueue()).ref);
    expect(await found()).toEqual([]);
    const [slotKey = ''] = members.waiting[0].split('~');
    await scene.client.del(keys.record(placeOf({ type: 'task', slotKey })));
    expect(await found()).toEqual([{ what: 'lost-members', amount: 1, ids: [] }]);
  });

  it('sees a counter that was bumped, by how much and which way', async () => {
    await scene.client.hincrby(`${keys.tag}c`, `${LINE}:completed`, 3);
    expect(await found()).toEqual([{ what: 'difference', amount: -3, ids: [] }]);
  });

  it('sees counters that were thrown away', async () => {
    await scene.client.hdel(`${keys.tag}c`, `${LINE}:accepted`);
    expect(await found()).toEqual([{ what: 'difference', amount: -9, ids: [] }]);
  });

  it('misses a dead letter that was removed, and names it', async () => {
    await scene.client.zrem(keys.dead(LINE), members.dead[1]);
    expect(await found()).toEqual([
      { what: 'difference', amount: 1, ids: [] },
      { what: 'dead-without-summary', amount: -1, ids: [] },
      { what: 'homeless-records', amount: 1, ids: [ids.dead[1]] },
    ]);
  });

  it('misses dead letters that were all thrown away', async () => {
    await scene.client.del(keys.dead(LINE), keys.summaries(LINE));
    const findings = await found();
    expect(findings[0]).toEqual({ what: 'difference', amount: 2, ids: [] });
    expect(findings[1]).toMatchObject({ what: 'homeless-records', amount: 2 });
    expect([...findings[1].ids].sort()).toEqual([...ids.dead].sort());
  });

  it('sees a type that was struck off the list', async () => {
    await scene.client.srem(keys.types, LINE);
    expect(await found()).toEqual([{ what: 'unlisted', amount: 1, ids: [] }]);
  });
});

describeWithRedis('the ledger on Redis under load', (redis) => {
  it('raises no false alarm while jobs come, run, fail, die and are cancelled', async () => {
    const scene = await RedisScene.on(redis());
    const other = new EngineScene(scene.harness);
    const until = Date.now() + 2_500;
    let readings = 0;
    const load = async (n: number): Promise<void> => {
      const worker = scene.stranger(n % 2 === 0 ? scene.engine : scene.second);
      await worker.beat();
      for (let round = 0; Date.now() < until; round++) {
        const refs = await scene.enqueueMany(20, round % 3 === 0 ? { delayMs: 2 } : {});
        for (const ref of refs.slice(0, 3)) await scene.engine.cancel(ref);
        const jobs = await worker.claim({ slots: 20 });
        const ends = jobs.map((job, k) => (k % 5 === 0 ? buried(job) : completed(job, { windowMs: k % 2 })));
        await worker.settle(...ends);
        const dead = jobs.filter((_, k) => k % 5 === 0);
        for (const job of dead) await scene.engine.resolve(job, 0, { actor: 'ann', reason: 'a test' });
      }
    };
    const watch = async (): Promise<void> => {
      while (Date.now() < until) {
        const reading = await other.second.readLedger(scene.queue);
        expect(reading.findings).toEqual([]);
        readings++;
      }
    };
    await Promise.all([load(0), load(1), load(2), watch(), watch(), scene.sweep()]);
    expect(readings).toBeGreaterThan(20);
    const { accepted, completed: ended } = await scene.stats();
    expect([accepted > 500, ended > 200]).toEqual([true, true]);
    await scene.close();
  });
});
