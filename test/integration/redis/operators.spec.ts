import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import { OperationRing } from '../../../lib/engine/redis/operations/operation-ring.js';
import { QueueRegistry } from '../../../lib/engine/redis/operations/queue-registry.js';
import { RedisDeadLetters } from '../../../lib/engine/redis/inspector/redis-dead-letters.js';
import { RedisInspector } from '../../../lib/engine/redis/inspector/redis-inspector.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';
import { buried, heldOf } from '../../support/engine-settlements.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { onRedisStage, type RedisStage } from '../../support/redis-stage.js';

const ANN = { actor: 'ann', reason: 'the provider is back' };

async function deadJob(scene: EngineScene, options: SceneRequest = {}, error = 'Error'): Promise<JobRef> {
  const { ref } = await scene.enqueue(options);
  const worker = scene.stranger(undefined, ref.queue);
  await worker.settle(buried(await worker.claimOne(), { error }));
  return ref;
}

/** What operators use, on a connection of its own. */
function partsOf({ connection, keys }: RedisStage): { inspector: RedisInspector; letters: RedisDeadLetters } {
  const registry = new QueueRegistry(connection, keys);
  const ring = new OperationRing();
  return {
    inspector: new RedisInspector(connection, keys, registry, ring),
    letters: new RedisDeadLetters(connection, keys, registry, ring),
  };
}

/** Everything arrives twice, as it does when a reply is lost. */
async function twice(_: string, through: () => Promise<unknown>): Promise<unknown> {
  await through();
  return through();
}

describeWithRedis('what operators do in Redis', (redis) => {
  const onStage = (play: (stage: RedisStage) => Promise<void>) => () => onRedisStage(redis(), play);

  it(
    'is done once and written down once when it arrives twice',
    onStage(async (stage) => {
      const { scene, connection } = stage;
      const [one, two] = [await deadJob(scene), await deadJob(scene)];
      const { inspector, letters } = partsOf(stage);
      connection.tamper = twice;
      expect(await letters.replay(one, ANN)).toEqual({ status: 'ok' });
      expect(await letters.resolve(two, 60_000, ANN)).toEqual({ status: 'ok' });
      await inspector.setPaused({ queue: scene.queue }, true, ANN);
      await inspector.setPaused({ queue: scene.queue }, false, ANN);
      expect(await letters.replay(one, ANN)).toEqual({ status: 'not_dead', state: 'waiting' });

      expect(await scene.get(one)).toMatchObject({ state: 'waiting', life: 1 });
      expect(await scene.stats()).toMatchObject({ dead: 0, waiting: 1, resolved: 1 });
      const { items } = await scene.engine.audit(scene.queue, 10);
      expect(items.map(({ action }) => action)).toEqual(['resume', 'pause', 'resolve', 'replay']);
      expect(items.slice(0, 2).map(({ before }) => before)).toEqual(['{"paused":true}', '{"paused":false}']);
    }),
  );

  it(
    'brings back all that a job came with, save its expiry and progress',
    onStage(async ({ scene, keys }) => {
      const overrides = { timeoutMs: 70_000, maxRetries: 2 };
      const key = 'k'.repeat(200);
      const payload = JSON.stringify('x'.repeat(40_000));
      const { ref } = await scene.enqueue({ key, payload, overrides, expiresInMs: 60_000, priority: 'low' });
      const worker = scene.stranger();
      const job = await worker.claimOne();
      const step = { name: 'one', value: '1' };
      await scene.engine.record({ ...heldOf(job), step, progress: '5' });
      await worker.settle(buried(job));
      expect(await scene.get(ref)).toMatchObject({ progress: 5 });

      await scene.engine.replay(ref, ANN);
      const waiting = await scene.get(ref);
      expect(waiting).toMatchObject({ payload: JSON.parse(payload), priority: 'low', idempotencyKey: key, life: 1 });
      expect(waiting).not.toHaveProperty('progress');
      expect(waiting).not.toHaveProperty('expiresAt');
      const own = keys.queue(scene.queue);
      expect(
        await redis()
          .connect()
          .get(own.record(`task~${ref.slotKey}`)),
      ).toMatch(/^1LB\d{13} \S+~1 \S+ 1 2 0 70000\n/);
      expect(await redis().connect().hkeys(own.pasts)).toEqual([`${ref.slotKey}~${ref.op}~1`]);
      const again = await worker.claimOne();
      expect(again).toMatchObject({ key, payload, overrides, level: 2, life: 1, expired: false });
      expect([...again.steps]).toEqual([['one', '1']]);
      const [, , startedAt, , deadline] = again.lease.split('\n', 1)[0].split('|').map(Number);
      expect(deadline - startedAt).toBeGreaterThanOrEqual(70_000);
    }),
  );

  it(
    'leaves nothing of a job that is resolved without a window',
    onStage(async ({ scene, keys }) => {
      const before = await redis().connect().keys(`*${scene.queue}}:*`);
      const payload = JSON.stringify('x'.repeat(40_000));
      const { ref } = await scene.enqueue({ payload });
      const worker = scene.stranger();
      const job = await worker.claimOne();
      await scene.engine.record({ ...heldOf(job), step: { name: 'one', value: '1' } });
      await worker.settle(buried(job));
      await scene.engine.resolve(ref, 0, ANN);
      const left = (
        await redis()
          .connect()
          .keys(`${keys.queue(scene.queue).tag}*`)
      ).filter((key) => key.includes(ref.op));
      expect(before).toEqual([]);
      expect(left).toEqual([]);
      for (const own of ['m', 'dg', 'gi:task', 'd:task@1', 'dx:task@1', 'a:task@1']) {
        expect(
          await redis()
            .connect()
            .exists(`${keys.queue(scene.queue).tag}${own}`),
        ).toBe(0);
      }
    }),
  );

  it(
    'changes nothing of a job that a newer version of the library wrote',
    onStage(async ({ scene, keys }) => {
      const ref = await deadJob(scene);
      const record = keys.queue(scene.queue).record(`task~${ref.slotKey}`);
      await redis().connect().setrange(record, 0, '2');
      await expect(scene.engine.replay(ref, ANN)).rejects.toMatchObject({ code: 'LAYOUT_TOO_NEW' });
      await expect(scene.engine.resolve(ref, 0, ANN)).rejects.toMatchObject({ code: 'LAYOUT_TOO_NEW' });
      await redis().connect().setrange(record, 0, '1');
      expect(await scene.stateOf(ref)).toBe('dead');
      expect((await scene.engine.audit(scene.queue, 10)).items).toEqual([]);
    }),
  );
});

describeWithRedis('dead letters of many queues in Redis', (redis) => {
  it('come in one order, each once, however few a page holds', () =>
    onRedisStage(redis(), async ({ scene }) => {
      const expected: string[] = [];
      const queues = ['c', 'a', 'd', 'b', 'e'].map((name) => scene.otherQueue(name));
      for (let n = 0; n < 40; n++) {
        // Uneven, so that some queues run dry and others are read many times.
        const queue = queues[n % 3 === 0 ? n % 5 : 0];
        expected.unshift(formatJobId(await deadJob(scene, { queue })));
      }
      for (const limit of [1, 7, 39, 40, 100]) {
        const found: string[] = [];
        let cursor: string | undefined;
        do {
          const page = await scene.engine.deadLetters({}, limit, cursor);
          expect(page.items.length).toBeLessThanOrEqual(limit);
          found.push(...page.items.map(({ id }) => id));
          cursor = page.nextCursor;
        } while (cursor !== undefined);
        expect(found).toEqual(expected);
      }
    }));

  it('that were buried at the same position go by the names of their queues', () =>
    onRedisStage(redis(), async ({ scene, keys }) => {
      const queues = ['c', 'a', 'b'].map((name) => scene.otherQueue(name));
      for (const queue of queues) {
        const { slotKey, op } = await deadJob(scene, { queue });
        await redis().connect().zadd(keys.queue(queue).dead('task@1'), 1_000_000, `${slotKey}~${op}~0`);
      }
      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await scene.engine.deadLetters({}, 1, cursor);
        found.push(...page.items.map(({ queue }) => queue));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(found).toEqual([...queues].sort());
    }));
});
