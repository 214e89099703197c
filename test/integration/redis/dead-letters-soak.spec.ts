import { buried, completed } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

/** The long form: VIGIL_SOAK_JOBS=300000. */
const JOBS = Number(process.env.VIGIL_SOAK_JOBS ?? 20_000);
const AT_ONCE = 500;
/** One of so many dies. */
const DIES = 50;
/** Over before anybody could look. */
const WINDOW_MS = 1;

describeWithRedis('many jobs with windows of a millisecond', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  it(
    'leave nothing behind but every dead letter',
    async () => {
      const worker = await scene.worker();
      const dead = new Set<string>();
      for (let done = 0; done < JOBS; done += AT_ONCE) {
        const requests = Array.from({ length: AT_ONCE }, (_, n) =>
          scene.request({ key: `k${done + n}`, payload: String(done + n) }),
        );
        await scene.engine.enqueue(requests);
        const jobs = await worker.claim({ slots: AT_ONCE, demand: [{ quota: AT_ONCE }] });
        const ends = jobs.map((job) => {
          if (Number(job.payload) % DIES !== 0) return completed(job, { windowMs: WINDOW_MS });
          dead.add(job.id);
          return buried(job);
        });
        await worker.settle(...ends);
      }
      expect(dead.size).toBe(JOBS / DIES);

      // Tombstones are deleted once the minute is over in which their window ends: the lists are brought forward.
      const keys = await scene.keys();
      for (const minute of await scene.client.zrange(keys.minutes, '0', '-1')) {
        await scene.client.rename(`${keys.tag}x:${minute}`, `${keys.tag}x:1${minute.slice(1)}`);
        await scene.client.zrem(keys.minutes, minute);
        await scene.client.zadd(keys.minutes, `1${minute.slice(1)}`, `1${minute.slice(1)}`);
      }
      await scene.sweep();
      await scene.sweep({ maxDeadLetterBytes: 1 });

      const listed = new Set<string>();
      for (let cursor: string | undefined; ;) {
        const page = await scene.engine.deadLetters({ queue: scene.queue }, 100, cursor);
        for (const { id } of page.items) listed.add(id);
        if ((cursor = page.nextCursor) === undefined) break;
      }
      expect(listed).toEqual(dead);
      const records = await scene.client.keys(`${keys.tag}j:*`);
      expect(records).toHaveLength(dead.size);
    },
    60_000 + JOBS,
  );
});
