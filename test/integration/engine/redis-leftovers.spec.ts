import type { JobRef } from '../../../lib/core/job-id.js';
import { buried, completed, heldOf } from '../../support/engine-settlements.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const BY = { actor: 'ann', reason: 'a test' };

/** What only a look behind the port can tell: keys that nobody would ever delete. */
describeWithRedis('of a job that was dead, and completed after a replay,', (redis) => {
  let scene: RedisScene;
  beforeEach(async () => {
    scene = await RedisScene.on(redis());
  });
  afterEach(() => scene.close());

  it.each([false, true])('nothing is left: no attempts, steps or past (steps: %s)', async (hasSteps) => {
    const { ref } = await scene.enqueue();
    const worker = scene.stranger();
    const job = await worker.claimOne();
    if (hasSteps) await scene.engine.record({ ...heldOf(job), step: { name: 'a', value: '1' } });
    await worker.settle(buried(job));
    await scene.engine.replay(ref, BY);
    expect(await scene.get(ref)).toMatchObject({ attempt: 0, failures: 0, attempts: [{ outcome: 'failed' }] });
    const again = await worker.claimOne();
    expect(again).toMatchObject({ life: 1, attempt: 1, failures: 0, steps: new Map(hasSteps ? [['a', '1']] : []) });
    await worker.settle(completed(again, { windowMs: 0 }));

    await expectNothingLeft(ref);
  });

  it.each([
    ['large', 'small', JSON.stringify('x'.repeat(40_000)), '2'],
    ['small', 'large', '2', JSON.stringify('x'.repeat(40_000))],
  ])('nothing is left of its payloads, the first %s and the second %s', async (_a, _b, first, second) => {
    const { ref } = await scene.enqueue({ payload: first });
    const worker = scene.stranger();
    await worker.settle(buried(await worker.claimOne()));
    await scene.engine.replay(ref, BY, { life: 0, payload: { text: second, hash: '-' }, keepSteps: false });
    const again = await worker.claimOne();
    expect(again.payload).toBe(second);
    await worker.settle(completed(again, { windowMs: 0 }));
    await expectNothingLeft(ref);
  });

  async function expectNothingLeft({ op }: JobRef): Promise<void> {
    const { tag } = await scene.keys();
    const left = await scene.client.keys(`${tag}*`);
    expect(left.filter((key) => key.includes(op) || key === `${tag}m`)).toEqual([]);
  }
});
