import { eventually } from '../../support/eventually.js';
import { RedisScene } from '../../support/redis-scene.js';
import { startRedisServer, describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('the list of queues, after Redis lost its data', () => {
  it('has a queue again with the next sign of life of a worker', async () => {
    const server = await startRedisServer();
    const scene = await RedisScene.on(server);
    const worker = await scene.worker();
    await scene.client.flushall();
    expect(await scene.engine.queues()).toEqual([]);
    await worker.beat();
    expect(await scene.second.queues()).toEqual([scene.queue]);
    await scene.close();
    await server.stop();
  });

  it('has a queue again with the next job of a process that only enqueues', async () => {
    const server = await startRedisServer();
    const scene = await RedisScene.on(server);
    await scene.enqueue();
    await server.stop();
    const again = await startRedisServer({ port: server.port });
    await eventually(async () => (await scene.engine.queues()).length === 0);
    const { ref } = await scene.enqueue();
    expect(await scene.engine.queues()).toEqual([scene.queue]);
    expect(await scene.stateOf(ref)).toBe('waiting');
    await scene.close();
    await again.stop();
  });
});
