import { parseJobId } from '../../../lib/core/job-id.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { RedisSentinel } from '../../support/redis-sentinel.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { COMMAND_TIMEOUT_MS, FailoverScene, SLACK_MS } from './failover-scene.js';

const report = (text: string): boolean => process.stdout.write(`${text}\n`);

describeWithRedis('behind Sentinel', () => {
  let group: RedisSentinel;
  let scene: FailoverScene;
  beforeEach(async () => {
    group = await RedisSentinel.start();
    scene = await FailoverScene.on(group.target);
  });
  afterEach(async () => {
    await scene.close();
    await group.stop();
  });

  const switched = (): Promise<void> =>
    eventually(async () => expect((await group.master()).port).toBe(group.servers[1].port), {
      ...{ timeout: 20_000, interval: 20, message: 'the replica has taken over' },
    });

  /** Nobody of ours is connected to the old master any more. */
  async function left(): Promise<void> {
    const admin = group.servers[0].connect();
    await eventually(async () => expect(await admin.client('LIST')).not.toContain('name=nestjs-vigil'));
  }

  describe('a master', () => {
    let held: string;
    let safe: string[];
    /** Under load; what was accepted up to here is on the replica, too. */
    beforeEach(async () => {
      await scene.work();
      held = await scene.hold();
      scene.produce();
      await scene.accepted(200);
      safe = [...scene.acknowledged.keys()];
      await group.replicated(...group.servers);
    });

    /** Nothing is missing of what was safe or came later than `from`; and nothing is wedged. */
    async function livesOn(what: string, from: number): Promise<void> {
      await scene.stopProducing();
      await scene.worksOff();
      const heard = await scene.hearsAgain(held);
      report(`Sentinel, ${what}: ${scene.summary}; afterwards ${heard}`);
      expect(scene.missing(safe)).toEqual([]);
      const later = [...scene.acknowledged].flatMap(([id, at]) => (at >= from ? [id] : []));
      expect(later.length).toBeGreaterThanOrEqual(200);
      expect(scene.missing(later)).toEqual([]);
      for (const { code, ms } of scene.refused) {
        expect(['ENGINE_TIMEOUT', 'ENGINE_UNAVAILABLE']).toContain(code);
        expect(ms).toBeLessThan(COMMAND_TIMEOUT_MS + SLACK_MS);
      }
    }

    it('that is killed costs nothing that its replica had; work goes on by itself on the new one', async () => {
      process.kill(group.servers[0].pid, 'SIGKILL');
      await switched();
      await scene.accepted(200);
      await livesOn('master killed', scene.outage.over);
    });

    it('that froze is left for the new one, and gets nothing more when it wakes up and takes itself for the master', async () => {
      const [{ pid }] = group.servers;
      process.kill(pid, 'SIGSTOP');
      await switched();
      await scene.accepted(100);
      process.kill(pid, 'SIGCONT');
      await left();
      await scene.accepted(100);
      await livesOn('master frozen and woken', scene.outage.over);
    });

    it('that is replaced on demand is left at once, without an error', async () => {
      await group.replace();
      await switched();
      await left();
      const from = performance.now();
      await scene.accepted(200);
      await livesOn('master replaced on demand', from);
      expect(scene.refused).toEqual([]);
    });
  });

  it('a stale master accepts what is lost with it, unless it must not write alone', async () => {
    const [stale] = group.servers;
    // Somebody who goes by an address and asks no Sentinel.
    const engine = new RedisEngine({ target: stale.url, prefix: scene.prefix, commandTimeoutMs: 10_000 });
    try {
      await engine.open();
      const admin = stale.connect();
      await admin.config('SET', 'min-replicas-to-write', 1, 'min-replicas-max-lag', 1);
      await scene.engine.enqueue([requestOf({ queue: 'work', key: 'before' })]);
      process.kill(stale.pid, 'SIGSTOP');
      await switched();
      process.kill(stale.pid, 'SIGCONT');
      await expect(engine.enqueue([requestOf({ queue: 'work', key: 'refused' })])).rejects.toMatchObject({
        code: 'ENGINE_UNAVAILABLE',
        message: expect.stringContaining('NOREPLICAS') as string,
      });
      await admin.config('SET', 'min-replicas-to-write', 0);
      const [lost] = await engine.enqueue([requestOf({ queue: 'work', key: 'lost' })]);
      expect(lost.status).toBe('created');
      expect(await eventually(() => scene.engine.get(parseJobId(lost.id)))).toBeUndefined();
      expect((await scene.engine.stats('work')).types).toMatchObject([{ accepted: 1, waiting: 1 }]);
    } finally {
      await engine.close();
    }
  });

  it('a Sentinel that froze keeps nobody from the master', async () => {
    process.kill(group.sentinels[0].pid, 'SIGSTOP');
    const engine = new RedisEngine({
      target: group.target,
      prefix: scene.prefix,
      commandTimeoutMs: COMMAND_TIMEOUT_MS,
    });
    try {
      await engine.open();
      expect(await engine.enqueue([requestOf({ queue: 'work' })])).toMatchObject([{ status: 'created' }]);
    } finally {
      await engine.close();
    }
  });
});
