import { parseJobId } from '../../../lib/core/job-id.js';
import { placeOf } from '../../../lib/engine/redis/redis-keys.js';
import { completed } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const HOUR_MS = 3_600_000;
/** So far a reckoned time may lie behind the store's. */
const MOST_BEHIND_MS = 1_000;

describeWithRedis('times on Redis', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await scene.close();
  });

  /** When a job was enqueued and completed, until when its tombstone answers, and on which minute's list that stands. */
  async function life(): Promise<{ enqueuedAt: number; endedAt: number; windowEnd: number; minutes: number[] }> {
    const { id } = await scene.enqueue();
    const worker = scene.stranger();
    await worker.settle(completed(await worker.claimOne(), { windowMs: HOUR_MS }));
    const { enqueuedAt = NaN, endedAt = NaN } = (await scene.engine.get(parseJobId(id))) ?? {};
    const keys = await scene.keys();
    const place = placeOf(parseJobId(id));
    const windowEnd = Number(/\n\d+ (\d+)\n/.exec((await scene.client.get(keys.record(place))) ?? '')?.[1]);
    const minutes: number[] = [];
    for (const minute of await scene.client.zrange(keys.minutes, '0', '-1')) {
      const places = await scene.client.lrange(`${keys.tag}x:${minute}`, 0, -1);
      if (places.includes(place)) minutes.push(Number(minute));
    }
    return { enqueuedAt, endedAt, windowEnd, minutes };
  }

  it.each([
    ['as they are carried on between answers', 0],
    ['also when the clock of the process leaps ahead', HOUR_MS],
    ['also when it goes back', -HOUR_MS],
  ])('are those of the store, %s', async (_, leap) => {
    await life();
    const real = performance.now.bind(performance);
    jest.spyOn(performance, 'now').mockImplementation(() => real() + leap);
    const from = (await scene.now()) - MOST_BEHIND_MS;
    const { enqueuedAt, endedAt, windowEnd, minutes } = await life();
    const to = await scene.now();
    for (const at of [enqueuedAt, endedAt]) {
      expect(at).toBeGreaterThanOrEqual(from);
      expect(at).toBeLessThanOrEqual(to);
    }
    expect(windowEnd).toBe(endedAt + HOUR_MS);
    // The sweep of that minute finds its window over.
    expect(minutes).toEqual([Math.floor(windowEnd / 60_000) + 1]);
  });
});
