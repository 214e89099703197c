import { EngineUnavailableError } from '../../../lib/engine/engine.errors.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { eventually } from '../../support/eventually.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('an engine that was closed', (redis) => {
  it('opens no connection for those who come late', async () => {
    const scene = await RedisScene.on(redis());
    const names = async (): Promise<number> => String(await scene.client.client('LIST')).split('\n').length;
    const before = await names();
    const engine = new RedisEngine({ target: redis().url, prefix: 'closed', commandTimeoutMs: 1_000 });
    await engine.open();
    await engine.close();
    const ref = { queue: 'q', type: 'task', slotKey: 'sa', op: 'abcdefghijkl' };
    const { signal } = new AbortController();
    const late = [
      () => engine.waitForWork('q', 'w', [{ type: 'task', version: 1 }], 60_000, signal),
      () => engine.onCancelRequest('q', jest.fn()),
      () => engine.watch(ref, signal),
      () => engine.cancel(ref),
    ];
    for (const ask of late) await expect(ask()).rejects.toThrow(EngineUnavailableError);
    await eventually(async () => (await names()) === before);
    await scene.close();
  });
});
