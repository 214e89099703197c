import { requestOf, type RequestOptions } from '../../support/engine-request.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('enqueues on Redis', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
    // The list of queues and the script are known from here on.
    await scene.enqueue();
  });
  afterEach(() => scene.close());

  const request = (options: Partial<RequestOptions> = {}): ReturnType<typeof requestOf> =>
    requestOf({ queue: scene.queue, ...options });

  /** Calls of scripts, which are all enqueues here. */
  async function callsOf(work: () => Promise<unknown>): Promise<number> {
    await scene.client.config('RESETSTAT');
    await work();
    const stats = await scene.client.info('commandstats');
    return Number(/^cmdstat_evalsha:calls=(\d+)/m.exec(stats)?.[1] ?? 0);
  }

  it('that are made in the same tick travel together, whether or not anything is under way', async () => {
    const alone = (): Promise<unknown> => scene.engine.enqueue([request()]);
    expect(await callsOf(() => Promise.all(Array.from({ length: 50 }, alone)))).toBe(1);
    const first = alone();
    expect(await callsOf(() => Promise.all([first, ...Array.from({ length: 50 }, alone)]))).toBeLessThanOrEqual(2);
  });

  it('go a hundred at a time, so that the store is at work on some while others are made ready', async () => {
    const many = Array.from({ length: 250 }, () => request());
    expect(await callsOf(() => scene.engine.enqueue(many))).toBe(3);
  });

  it('of large payloads go fewer at a time', async () => {
    const payload = JSON.stringify('x'.repeat(14_000));
    const large = Array.from({ length: 40 }, () => request({ payload }));
    const calls = await callsOf(() => scene.engine.enqueue(large));
    expect(calls).toBeGreaterThanOrEqual(4);
    expect(calls).toBeLessThanOrEqual(8);
  });
});
