import { EngineFullError } from '../../../lib/engine/engine.errors.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { buried, completed, heldOf, released, retried } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const BY = { actor: 'ann', reason: 'full' };

describeWithRedis('a Redis that has reached maxmemory', (redis) => {
  let scene: RedisScene;
  let late: RedisEngine;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
    await scene.enqueueMany(4);
    const { tag } = await scene.keys();
    const prefix = tag.slice(1, tag.indexOf(`:${scene.queue}}`));
    late = new RedisEngine({ target: redis().url, prefix, commandTimeoutMs: 5_000 });
    await scene.client.config('SET', 'maxmemory', '1');
    await late.open();
  });
  afterEach(async () => {
    await scene.client.config('SET', 'maxmemory', '0');
    await late.close();
    await scene.close();
  });

  it('takes no new work, and nothing of a batch', async () => {
    await expect(scene.enqueue()).rejects.toThrow(EngineFullError);
    await expect(scene.enqueue()).rejects.toThrow('Free memory or raise maxmemory.');
    await expect(late.enqueue([scene.request(), scene.request({ key: 'a' })])).rejects.toThrow(EngineFullError);
    expect(await scene.stats()).toMatchObject({ accepted: 4, waiting: 4 });
  });

  it('takes no queue that it did not know', async () => {
    const queue = scene.otherQueue('new');
    await expect(late.enqueue([scene.request({ queue })])).rejects.toThrow(EngineFullError);
    expect(await late.queues()).not.toContain(queue);
  });

  it('takes new work again once there is room', async () => {
    await expect(scene.enqueue()).rejects.toThrow(EngineFullError);
    await scene.client.config('SET', 'maxmemory', '0');
    expect(await scene.enqueue()).toMatchObject({ status: 'created' });
  });

  it('lets work end in each way there is, with scripts that it has forgotten', async () => {
    const worker = scene.stranger();
    const jobs = await worker.claim();
    const [one, two, three, four] = jobs;
    await scene.client.script('FLUSH');
    expect(await worker.beat({ held: jobs })).toMatchObject({ lost: [] });
    expect(await scene.engine.cancel(four)).toMatchObject({ status: 'requested' });
    const ends = [completed(one, { result: '"done"' }), buried(two), released(three), released(four)];
    expect(await worker.settle(...ends)).toEqual(['ok', 'ok', 'ok', 'cancelled']);
    const states = await Promise.all(jobs.map((job) => scene.stateOf(job)));
    expect(states).toEqual(['completed', 'dead', 'waiting', 'cancelled']);
    expect(await scene.engine.retire(scene.queue, worker.id)).toEqual({ released: 0 });
  });

  it('lets a process that starts only now work it off', async () => {
    const worker = scene.stranger(late);
    await worker.beat();
    const [one, two, three, four] = await worker.claim();
    expect(await late.record({ ...heldOf(one), step: { name: 'a', value: '1' } })).toBe('ok');
    expect(await worker.settle(completed(one), completed(two), retried(three), buried(four))).toHaveLength(4);
    await scene.sweep();
    expect(await scene.stats()).toMatchObject({ completed: 2, waiting: 1, dead: 1 });
  });

  it('still does what operators ask', async () => {
    await late.setPaused({ queue: scene.queue }, true, BY);
    await late.setPaused({ queue: scene.queue }, false, BY);
    const worker = scene.stranger(late);
    const [one, two, three] = await worker.claim({ slots: 3 });
    await worker.settle(buried(one), buried(two));
    expect(await late.replay(one, BY)).toEqual({ status: 'ok' });
    expect(await late.resolve(two, 60_000, BY)).toEqual({ status: 'ok' });
    expect(await late.cancel(three)).toMatchObject({ status: 'requested' });
    expect(await late.takeAlerts(scene.queue, 10, 1_000)).toHaveLength(2);
  });
});
