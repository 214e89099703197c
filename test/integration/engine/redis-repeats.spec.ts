import { placeOf } from '../../../lib/engine/redis/redis-keys.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const BY = { actor: 'ann', reason: 'a test' };

describeWithRedis('repetitions on Redis', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  it('that come after the tombstone of a cancelled job, but before its ghost is gone, are one job', async () => {
    for (const delayMs of [undefined, 60_000]) {
      await scene.engine.setPaused({ queue: scene.queue }, true, BY);
      const request = scene.request({ key: `delayed by ${delayMs}` });
      await scene.engine.enqueue([request, scene.request()]);
      await scene.engine.cancel(request);
      await scene.client.del((await scene.keys()).record(placeOf(request)));

      await scene.second.enqueue([{ ...request, delayMs, repeat: true }]);
      await scene.checkLedger();
      await scene.engine.setPaused({ queue: scene.queue }, false, BY);
      const claimed = await scene.stranger().claim();
      expect(claimed.filter(({ slotKey }) => slotKey === request.slotKey)).toHaveLength(delayMs === undefined ? 1 : 0);
      await scene.checkLedger();
    }
    expect(await scene.stats()).toMatchObject({ active: 3, scheduled: 1, waiting: 0 });
  });
});
