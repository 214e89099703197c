import type { ClaimedJob } from '../../../lib/engine/consumer.port.js';
import { RedisConnection, type ScriptArgument } from '../../../lib/engine/redis/connection/redis-connection.js';
import { memberOf, type QueueKeys } from '../../../lib/engine/redis/redis-keys.js';
import { completed, retried } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis, startRedisServer } from '../../support/redis-server.js';

const BURIAL = ['{"outcome":"stalled"}\n{}', '{"id":"x"}', 'group', '{}'];
const HOUR_MS = 3_600_000;

/** What a sweep saw may have changed before it acts: its scripts look again. */
describeWithRedis('between the look and the act of a sweep', (redis) => {
  let scene: RedisScene;
  let connection: RedisConnection;
  let keys: QueueKeys;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
    connection = new RedisConnection({ target: redis().url, commandTimeoutMs: 5_000 });
    await scene.enqueue({ key: 'first' });
    keys = await scene.keys();
  });
  afterEach(async () => {
    connection.close();
    await scene.close();
  });

  const reclaim = (job: ClaimedJob, maxStalls = 2): Promise<string[]> =>
    connection.run(
      'reclaim',
      keys,
      [keys.workers],
      [HOUR_MS, 'task@1', memberOf(job), job.lease, maxStalls, ...BURIAL],
    );

  describe('an attempt', () => {
    it('is taken back once, however often that is asked', async () => {
      const job = await scene.stranger().claimOne();
      expect(await reclaim(job)).toEqual(['w 0 1']);
      expect(await reclaim(job)).toEqual(['']);
      expect(await scene.stats()).toMatchObject({ waiting: 1, active: 0 });
      expect((await scene.get(job))?.attempts).toHaveLength(1);
    });

    it('is left to a worker that came back in time', async () => {
      const worker = await scene.worker();
      const job = await worker.claimOne();
      await worker.die({ held: [job] });
      await worker.beat({ held: [job] });
      expect(await reclaim(job)).toEqual(['']);
      expect(await worker.settle(completed(job))).toEqual(['ok']);
    });

    it('is left when it ended, and so is the next one of the same job', async () => {
      const worker = scene.stranger();
      const job = await worker.claimOne();
      await worker.settle(retried(job));
      expect(await reclaim(job)).toEqual(['']);
      await worker.claimOne();
      expect(await reclaim(job)).toEqual(['']);
      expect(await scene.stats()).toMatchObject({ active: 1 });
    });

    it('tells whether it was cancelled or buried', async () => {
      const job = await scene.stranger().claimOne();
      await scene.engine.cancel(job);
      expect(await reclaim(job)).toEqual(['c 0 0']);
      await scene.enqueue();
      expect(await reclaim(await scene.stranger().claimOne(), 0)).toEqual(['w 0 1']);
      expect(await reclaim(await scene.stranger().claimOne(), 0)).toEqual(['d 1 1']);
      expect(await scene.stats()).toMatchObject({ cancelled: 1, dead: 1 });
    });
  });

  it('an expired job that was begun or cancelled is not buried', async () => {
    const begun = await scene.enqueue({ key: 'begun', expiresInMs: 400 });
    const [, job] = await scene.stranger().claim();
    const cancelled = await scene.enqueue({ key: 'cancelled', expiresInMs: 5 });
    await scene.engine.cancel(cancelled.ref);
    const members = [memberOf(job), memberOf({ ...cancelled.ref, life: 0 })];
    await scene.elapse(410);
    const args = members.flatMap((member) => ['task', member, ...BURIAL]);
    expect(await connection.run('bury-expired', keys, [], args)).toBe('gg');
    expect([await scene.stateOf(begun.ref), await scene.stateOf(cancelled.ref)]).toEqual(['active', 'cancelled']);
  });

  it('an expired job is buried once, however often that is asked', async () => {
    const { ref } = await scene.enqueue({ key: 'late', delayMs: HOUR_MS, expiresInMs: 5 });
    const args = ['task', memberOf({ ...ref, life: 0 }), ...BURIAL];
    expect(await connection.run('bury-expired', keys, [], args)).toBe('d');
    expect(await connection.run('bury-expired', keys, [], args)).toBe('g');
    expect(await scene.client.exists(keys.scheduled('task@1'), keys.due)).toBe(0);
    expect(await scene.stats()).toMatchObject({ dead: 1, scheduled: 0, waiting: 1 });
  });

  describe('jobs that nobody handles', () => {
    const bury = (judged: string[], members: ScriptArgument[]): Promise<string | null> => {
      const jobs = members.flatMap((member) => [member, ...BURIAL]);
      const list = keys.waiting('task@1', 1);
      return connection.run(
        'bury-unhandled',
        keys,
        [list, keys.workers],
        ['task@1', judged.length, ...judged, ...jobs],
      );
    };

    it('are left when a worker came, or the last one went', async () => {
      const [member] = await scene.client.lrange(keys.waiting('task@1', 1), 0, -1);
      expect(await bury(['w1'], [member])).toBeNull();
      const worker = await scene.worker({ handles: [{ type: 'other' }] });
      await scene.worker();
      expect(await bury([worker.id], [member])).toBeNull();
      expect(await scene.stats()).toMatchObject({ waiting: 1, dead: 0 });
    });

    it('are left when the list is another by now', async () => {
      const worker = await scene.worker({ handles: [{ type: 'other' }] });
      const [first] = await scene.client.lrange(keys.waiting('task@1', 1), 0, -1);
      await scene.enqueue({ key: 'second' });
      await scene.stranger().claimOne();
      expect(await bury([worker.id], [first])).toBeNull();
      const [second] = await scene.client.lrange(keys.waiting('task@1', 1), 0, -1);
      expect(await bury([worker.id], [second])).toBe('d');
      expect(await scene.stats()).toMatchObject({ waiting: 0, active: 1, dead: 1 });
    });

    it('are buried once, however often that is asked, and nothing is taken for a ghost', async () => {
      const worker = await scene.worker({ handles: [{ type: 'other' }] });
      await scene.enqueue({ key: 'second' });
      const members = await scene.client.lrange(keys.waiting('task@1', 1), 0, -1);
      expect(await bury([worker.id], members)).toBe('dd');
      expect(await bury([worker.id], members)).toBeNull();
      expect(await scene.stats()).toMatchObject({ waiting: 0, dead: 2 });
      await scene.enqueue({ key: 'third' });
      expect(await bury([worker.id], members)).toBeNull();
      expect(await scene.stats()).toMatchObject({ waiting: 1, dead: 2 });
    });
  });
});

describeWithRedis('a sweep while Redis is full', () => {
  it('goes on, because only so it becomes less', async () => {
    const server = await startRedisServer({ args: ['--maxmemory-policy', 'noeviction'] });
    const scene = await RedisScene.on(server);
    try {
      await scene.enqueueMany(3);
      await scene.enqueue({ expiresInMs: 5 });
      const worker = await scene.worker();
      const job = await worker.claimOne();
      await scene.enqueue({ delayMs: 5 });
      await worker.die({ held: [job] });
      await scene.client.config('SET', 'maxmemory', '1');
      await expect(scene.enqueue()).rejects.toMatchObject({ code: 'ENGINE_FULL' });
      expect(await scene.sweep()).toMatchObject({ promoted: 1, expired: [{}], stalled: [{ op: job.op }] });
      expect(await scene.engine.takeAlerts(scene.queue, 10, 1_000)).toMatchObject([
        { kind: 'job.buried' },
        { kind: 'queue.memory-pressure' },
      ]);
    } finally {
      await scene.close();
      await server.stop();
    }
  });
});
