import { buried, completed } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const MAX_MEMORY = 24 * 1_048_576;
const PAYLOAD = JSON.stringify('x'.repeat(2_000));
const AT_ONCE = 200;
/** Far more than fit. */
const MOST_ROUNDS = 200;

describeWithRedis(
  'a storm of burials in a small Redis',
  (redis) => {
    let scene: RedisScene;

    beforeEach(async () => {
      scene = await RedisScene.on(redis());
    });
    afterEach(() => scene.close());

    it('pauses the type that dies before Redis is full, loses nothing, and lets the others work', async () => {
      const worker = await scene.worker();
      let dead = 0;
      let paused: readonly string[] = [];
      for (let round = 0; paused.length === 0 && round < MOST_ROUNDS; round++) {
        await scene.enqueueMany(AT_ONCE, { payload: PAYLOAD });
        const jobs = await worker.claim({ slots: AT_ONCE, demand: [{ quota: AT_ONCE }] });
        await worker.settle(...jobs.map((job) => buried(job)));
        dead += jobs.length;
        ({ paused } = await scene.sweep());
      }
      expect(paused).toEqual(['task']);
      expect(await scene.stats()).toMatchObject({ paused: true, dead, waiting: 0 });
      const used = Number(/used_memory:(\d+)/.exec(await scene.client.info('memory'))?.[1]);
      expect(used).toBeLessThan(MAX_MEMORY);

      // What comes of it now waits, and dies no more; what others do goes on.
      await scene.enqueueMany(10);
      await scene.enqueueMany(10, { type: 'well' });
      const claimed = await worker.claim({ demand: [{}, { type: 'well' }] });
      expect(claimed.map(({ type }) => type)).toEqual(Array.from({ length: 10 }, () => 'well'));
      await worker.settle(...claimed.map((job) => completed(job)));

      const alerts = await scene.engine.takeAlerts(scene.queue, dead + 10, 60_000);
      const pressure = alerts.filter(({ kind }) => kind === 'queue.memory-pressure');
      expect(pressure).toHaveLength(1);
      expect(JSON.parse(pressure[0].data)).toMatchObject({
        queue: scene.queue,
        maxBytes: MAX_MEMORY,
        paused: ['task'],
      });
      let listed = 0;
      for (let cursor: string | undefined; ;) {
        const page = await scene.engine.deadLetters({ queue: scene.queue }, 100, cursor);
        listed += page.items.length;
        if ((cursor = page.nextCursor) === undefined) break;
      }
      expect(listed).toBe(dead);
    });
  },
  { args: ['--maxmemory', String(MAX_MEMORY)] },
);
