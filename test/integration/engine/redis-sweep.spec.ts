import { slotOfKey } from '../../../lib/core/job-id.js';
import { memberOf } from '../../../lib/engine/redis/redis-keys.js';
import { completed } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const ACTOR = { actor: 'ann', reason: 'a test' };
const AT_ONCE = { noHandlerAlertMs: 0, noHandlerGraceMs: 0 };
const MINUTE_MS = 60_000;
const OLD_MINUTE = 7;

describeWithRedis('the sweep on Redis', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  /** The one list of tombstones that the queue has, as if its minute were long over. */
  async function age(): Promise<void> {
    const keys = await scene.keys();
    const [minute] = await scene.client.zrange(keys.minutes, '0', '-1');
    await scene.client.rename(`${keys.tag}x:${minute}`, `${keys.tag}x:${OLD_MINUTE}`);
    await scene.client.del(keys.minutes);
    await scene.client.zadd(keys.minutes, OLD_MINUTE, OLD_MINUTE);
  }

  describe('tombstones', () => {
    it('go in as many steps as they need, big results too, and their lists with them', async () => {
      const count = 1_100;
      for (let n = 0; n < count; n += 100) {
        await scene.engine.enqueue(Array.from({ length: 100 }, (_, k) => scene.request({ key: `k${n + k}` })));
      }
      const worker = await scene.worker();
      for (let n = 0; n < count; n += 100) {
        const jobs = await worker.claim();
        const ends = jobs.map((job, k) =>
          completed(job, { windowMs: 1, result: `"${'x'.repeat(k === 0 ? 2_000 : 10)}"` }),
        );
        await worker.settle(...ends);
      }
      const keys = await scene.keys();
      await age();
      expect(
        (await scene.client.lrange(`${keys.tag}x:${OLD_MINUTE}`, 0, -1)).filter((place) => place.startsWith('+')),
      ).toHaveLength(11);
      expect(await scene.sweep()).toMatchObject({ tombstonesDeleted: count });
      expect(await scene.client.keys(`${keys.tag}j:*`)).toEqual([]);
      expect(await scene.client.keys(`${keys.tag}x*`)).toEqual([]);
    });

    it('stay while a later one has the place, which is on a list of its own', async () => {
      const worker = await scene.worker();
      await scene.enqueue({ key: 'a' });
      await worker.settle(completed(await worker.claimOne(), { windowMs: 5 }));
      await scene.elapse(10);
      const { ref } = await scene.enqueue({ key: 'a' });
      await age();
      await worker.settle(completed(await worker.claimOne(), { windowMs: 10 * MINUTE_MS }));
      const keys = await scene.keys();
      expect(await scene.sweep()).toMatchObject({ tombstonesDeleted: 0 });
      expect(await scene.stateOf(ref)).toBe('completed');
      const minutes = await scene.client.zrange(keys.minutes, '0', '-1');
      expect(minutes).toHaveLength(1);
      expect(await scene.client.lrange(`${keys.tag}x:${minutes[0]}`, 0, -1)).toEqual(['task~sa']);
    });

    it('of the present minute go round until their time comes', async () => {
      const worker = await scene.worker();
      for (const key of ['a', 'b']) await scene.enqueue({ key });
      const [a, b] = await worker.claim();
      // Both in the minute that is now, however late in it this runs.
      if (MINUTE_MS - ((await scene.now()) % MINUTE_MS) < 2_000) await scene.elapse(2_000);
      await worker.settle(completed(a, { windowMs: 5 }), completed(b, { windowMs: 400 }));
      await scene.elapse(10);
      expect(await scene.sweep()).toMatchObject({ tombstonesDeleted: 1 });
      expect(await scene.stateOf(b)).toBe('completed');
      await scene.elapse(400);
      expect(await scene.sweep()).toMatchObject({ tombstonesDeleted: 1 });
      expect(await scene.client.keys(`${(await scene.keys()).tag}x*`)).toEqual([]);
    });

    it('of a newer layout are left to whoever knows it', async () => {
      const worker = await scene.worker();
      await scene.enqueue({ key: 'a' });
      await worker.settle(completed(await worker.claimOne(), { windowMs: 5 }));
      await scene.elapse(10);
      await age();
      const keys = await scene.keys();
      await scene.client.setrange(keys.record('task~sa'), 0, '2');
      expect(await scene.sweep()).toMatchObject({ tombstonesDeleted: 0 });
      const [minute] = await scene.client.zrange(keys.minutes, '0', '-1');
      expect(Number(minute) * MINUTE_MS).toBeGreaterThan(await scene.now());
      expect(await scene.client.lrange(`${keys.tag}x:${minute}`, 0, -1)).toEqual(['task~sa']);
      expect(await scene.client.exists(keys.record('task~sa'))).toBe(1);
    });
  });

  describe('expiry', () => {
    it('buries more than one step takes, each once though two sweep', async () => {
      const count = 350;
      const refs = await scene.enqueueMany(count, { expiresInMs: 5 });
      await scene.elapse(10);
      const options = { queue: scene.queue, noHandlerAlertMs: MINUTE_MS, noHandlerGraceMs: MINUTE_MS, intervalMs: 1 };
      const first = scene.engine.sweep({ ...options, worker: 'a' });
      await scene.elapse(2);
      const reports = [await scene.second.sweep({ ...options, worker: 'b' }), await first];
      const expired = reports.flatMap((report) => report.expired.map(({ op }) => op));
      expect(expired.sort()).toEqual(refs.map(({ op }) => op).sort());
      expect(await scene.stats()).toMatchObject({ dead: count, waiting: 0 });
      expect(await scene.engine.takeAlerts(scene.queue, 1_000, 1)).toHaveLength(count);
    });

    it('tells the key and the policy of what it buries', async () => {
      const key = 'a long key, '.repeat(20);
      expect(slotOfKey(key)).toMatch(/^h/);
      const { ref } = await scene.enqueue({ key, expiresInMs: 5, payload: JSON.stringify('x'.repeat(20_000)) });
      await scene.worker({
        handles: [{ type: 'task', owner: 'team-b', runbook: 'https://wiki/b', severity: 'warning' }],
      });
      await scene.elapse(10);
      await scene.sweep();
      expect((await scene.get(ref))?.burial).toMatchObject({
        idempotencyKey: key,
        owner: 'team-b',
        runbook: 'https://wiki/b',
        severity: 'warning',
      });
    });

    it('drops lists in which only ghosts are left, and no other', async () => {
      await scene.enqueueMany(250, { expiresInMs: 5 });
      await scene.enqueue({ type: 'other', expiresInMs: 5 });
      const patient = await scene.enqueue({ type: 'other' });
      await scene.engine.setPaused({ queue: scene.queue }, true, ACTOR);
      await scene.elapse(10);
      expect((await scene.sweep()).expired).toHaveLength(251);
      const keys = await scene.keys();
      expect(await scene.client.keys(`${keys.tag}w:*`)).toEqual([keys.waiting('other@1', 1)]);
      expect(await scene.client.hgetall(`${keys.tag}g`)).toEqual({ 'other@1': '1', 'task@1': '0' });
      await scene.sweep();
      expect(await scene.client.hgetall(`${keys.tag}g`)).toEqual({ 'other@1': '1' });
      expect(await scene.stateOf(patient.ref)).toBe('waiting');
    });

    it('drops no list with a job in it, whatever the count of ghosts says', async () => {
      const { ref } = await scene.enqueue();
      const keys = await scene.keys();
      await scene.client.hset(`${keys.tag}g`, 'task@1', 5);
      await scene.sweep();
      expect(await scene.client.llen(keys.waiting('task@1', 1))).toBe(1);
      await scene.client.del(`${keys.tag}g`);
      expect(await scene.stranger().claimOne()).toMatchObject({ op: ref.op });
    });

    it('leaves a job of a newer layout to whoever knows it', async () => {
      const { ref } = await scene.enqueue({ key: 'a', expiresInMs: 5 });
      const keys = await scene.keys();
      await scene.client.setrange(keys.record('task~sa'), 0, '2');
      await scene.elapse(10);
      expect((await scene.sweep()).expired).toEqual([]);
      expect(await scene.client.zcard(keys.expiries('task'))).toBe(1);
      await scene.client.setrange(keys.record('task~sa'), 0, '1');
      expect((await scene.sweep()).expired).toEqual([ref]);
    });
  });

  describe('jobs that nobody handles', () => {
    it('are buried from all their lists in as many steps as it takes, and ghosts among them dropped', async () => {
      const refs = await scene.enqueueMany(150);
      const urgent = await scene.enqueueMany(20, { priority: 'high' });
      for (const ref of refs.slice(0, 110)) await scene.engine.cancel(ref);
      await scene.worker({ handles: [{ type: 'other' }] });
      const { noHandler } = await scene.sweep(AT_ONCE);
      expect(noHandler).toEqual([...urgent, ...refs.slice(110)]);
      const keys = await scene.keys();
      expect(await scene.client.keys(`${keys.tag}w:*`)).toEqual([]);
      expect(await scene.client.exists(`${keys.tag}g`)).toBe(0);
      expect(await scene.stats()).toMatchObject({ dead: 60, cancelled: 110, waiting: 0 });
    });

    it('take their expiry with them', async () => {
      await scene.enqueue({ expiresInMs: 5 * MINUTE_MS });
      await scene.worker({ handles: [{ type: 'other' }] });
      expect((await scene.sweep(AT_ONCE)).noHandler).toHaveLength(1);
      expect(await scene.client.exists((await scene.keys()).expiries('task'))).toBe(0);
    });

    it('keep what they had behind them', async () => {
      const { ref } = await scene.enqueue();
      const worker = await scene.worker();
      await worker.die({ held: [await worker.claimOne()] });
      await scene.sweep();
      await scene.worker({ handles: [{ type: 'other' }] });
      expect((await scene.sweep(AT_ONCE)).noHandler).toEqual([ref]);
      expect(await scene.get(ref)).toMatchObject({
        attempt: 1,
        burial: { reason: 'no_handler', attempts: 1 },
        attempts: [{ outcome: 'stalled' }, { outcome: 'no_handler' }],
      });
    });

    it('are left from the first one of a newer layout on', async () => {
      const first = await scene.enqueue({ key: 'a' });
      await scene.enqueue({ key: 'b' });
      const keys = await scene.keys();
      await scene.client.setrange(keys.record('task~sb'), 0, '2');
      await scene.worker({ handles: [{ type: 'other' }] });
      expect((await scene.sweep(AT_ONCE)).noHandler).toEqual([first.ref]);
      expect(await scene.client.llen(keys.waiting('task@1', 1))).toBe(1);
      await scene.client.setrange(keys.record('task~sb'), 0, '1');
    });
  });

  describe('workers', () => {
    it('are forgotten when their lease is over and nothing is theirs', async () => {
      await scene.enqueue();
      const dead = await scene.worker();
      const alive = await scene.worker();
      const job = await dead.claimOne();
      await dead.die({ held: [job] });
      const keys = await scene.keys();
      expect(await scene.client.zcard(keys.workers)).toBe(2);
      await scene.sweep();
      expect(await scene.client.zrange(keys.workers, '0', '-1')).toEqual([alive.id]);
      expect(await scene.client.hkeys(keys.announcements)).toEqual([alive.id]);
    });

    it('stay known while they hold what could not be taken back', async () => {
      await scene.enqueue({ key: 'a' });
      const dead = await scene.worker();
      const job = await dead.claimOne();
      await dead.die({ held: [job] });
      const keys = await scene.keys();
      await scene.client.setrange(keys.record('task~sa'), 0, '2');
      expect((await scene.sweep()).stalled).toEqual([]);
      expect(await scene.client.hkeys(keys.announcements)).toEqual([dead.id]);
      expect(await scene.client.hkeys(keys.active('task@1'))).toEqual([memberOf(job)]);
      await scene.client.setrange(keys.record('task~sa'), 0, '1');
      expect((await scene.sweep()).stalled).toHaveLength(1);
      expect(await scene.client.hkeys(keys.announcements)).toEqual([]);
    });
  });
});
