import { RedisScene } from '../../support/redis-scene.js';
import { startRedisServer, describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('the list of queues, after Redis lost its data', () => {
  it('has a queue again with its next sweep', async () => {
    const server = await startRedisServer();
    const scene = await RedisScene.on(server);
    await scene.worker();
    await scene.client.flushall();
    expect(await scene.engine.queues()).toEqual([]);
    await scene.sweep();
    expect(await scene.second.queues()).toEqual([scene.queue]);
    await scene.close();
    await server.stop();
  });

  it('is not needed for a worker to keep its lease', async () => {
    const server = await startRedisServer();
    const scene = await RedisScene.on(server);
    const worker = await scene.worker();
    const [registry] = await scene.client.keys('{*}:queues');
    // What can not be read any more, as if the node that has it were in trouble.
    await scene.client.set(registry, 'not a hash');
    const { now } = await worker.beat({ leaseMs: 90_000 });
    expect(await scene.engine.workers(scene.queue)).toMatchObject([{ leaseUntil: now + 90_000 }]);
    await scene.close();
    await server.stop();
  });

  it('has a queue again with the next job of a process that only enqueues', async () => {
    const server = await startRedisServer();
    const scene = await RedisScene.on(server);
    await scene.enqueue();
    await server.stop();
    // Asked while it is away: the first thing that it hears when it is back.
    const enqueueing = scene.enqueue();
    const again = await startRedisServer({ port: server.port });
    const { ref } = await enqueueing;
    expect(await scene.engine.queues()).toEqual([scene.queue]);
    expect(await scene.stateOf(ref)).toBe('waiting');
    await scene.close();
    await again.stop();
  });
});
