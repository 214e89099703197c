import { buried, completed, retried } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('the figures of a minute', (redis) => {
  let scene: RedisScene;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  /** Summed up, because a test may see two minutes. */
  async function figures(): Promise<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const key of await scene.client.keys(`${(await scene.keys()).tag}mm:*`)) {
      expect(await scene.client.ttl(key)).toBeGreaterThan(80_000);
      for (const [name, value] of Object.entries(await scene.client.hgetall(key)))
        sums[name] = (sums[name] ?? 0) + Number(value);
    }
    return sums;
  }

  it('tell ends, failures and durations of each type', async () => {
    await scene.enqueueMany(4);
    const [one, two, three, four] = await scene.stranger().claim();
    await scene.stranger().settle(completed(one), completed(two), retried(three), buried(four));
    expect(await figures()).toEqual({
      'completed:task': 2,
      'failed:task': 2,
      'retried:task': 1,
      'buried:exhausted:task': 1,
      'ms:task:1': 4,
    });
  });

  it('take what expired for no failure, whoever buries it', async () => {
    await scene.enqueueMany(2, { expiresInMs: 1 });
    await scene.elapse(2);
    const worker = scene.stranger();
    const job = await worker.claimOne();
    expect(job.expired).toBe(true);
    await worker.settle(buried(job, { reason: 'expired' }));
    await scene.sweep();
    expect(await figures()).toEqual({ 'buried:expired:task': 2, 'ms:task:1': 1 });
  });
});
