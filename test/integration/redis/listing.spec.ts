import { formatJobId } from '../../../lib/core/job-id.js';
import type { JobSnapshot } from '../../../lib/core/job-snapshot.js';
import type { JobFilter, JobInspector } from '../../../lib/engine/inspector.port.js';
import { OperationRing } from '../../../lib/engine/redis/operations/operation-ring.js';
import { QueueRegistry } from '../../../lib/engine/redis/operations/queue-registry.js';
import { RedisInspector } from '../../../lib/engine/redis/inspector/redis-inspector.js';
import { buried, completed } from '../../support/engine-settlements.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { onRedisStage, type RedisStage } from '../../support/redis-stage.js';

const BIG = JSON.stringify('x'.repeat(40_000));

function inspectorOf({ connection, keys }: RedisStage): JobInspector {
  return new RedisInspector(connection, keys, new QueueRegistry(connection, keys), new OperationRing());
}

function filterOf({ scene }: RedisStage, state: JobFilter['state']): JobFilter {
  return { queue: scene.queue, type: 'task', state };
}

async function pages(stage: RedisStage, state: JobFilter['state'], limit: number): Promise<JobSnapshot[][]> {
  const found: JobSnapshot[][] = [];
  let cursor: string | undefined;
  do {
    const page = await stage.scene.engine.list(filterOf(stage, state), limit, cursor);
    found.push([...page.items]);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}

describeWithRedis('lists of jobs in Redis', (redis) => {
  const onStage = (play: (stage: RedisStage) => Promise<void>) => () => onRedisStage(redis(), play);

  it(
    'pass over more ghosts than one script looks at',
    onStage(async (stage) => {
      const refs = await stage.scene.enqueueMany(1_100);
      await Promise.all(refs.slice(1, 1_090).map((ref) => stage.scene.engine.cancel(ref)));
      const found = await pages(stage, 'waiting', 4);
      expect(found.map(({ length }) => length)).toEqual([4, 4, 3]);
      expect(found.flat().map(({ payload }) => payload)).toEqual([
        0, 1_090, 1_091, 1_092, 1_093, 1_094, 1_095, 1_096, 1_097, 1_098, 1_099,
      ]);
    }),
  );

  it(
    'end a page early rather than to look at ghosts without end',
    onStage(async (stage) => {
      const { scene, keys } = stage;
      const client = redis().connect();
      const queue = keys.queue(scene.queue);
      const ghosts = Array.from({ length: 20_100 }, (_, n) => `rghost${n}~0123456789~0`);
      await client.rpush(queue.waiting('task@1', 1), ...ghosts);
      await client.hset(queue.shared[4], 'task@1', ghosts.length);
      const { id } = await scene.enqueue();
      const found = await pages(stage, 'waiting', 10);
      expect(found.map((page) => page.map((job) => job.id))).toEqual([[], [id]]);
      expect(await scene.stats()).toMatchObject({ waiting: 1 });
    }),
  );

  it.each([
    ['that is still there', false],
    ['that has left', true],
  ])('go on among scheduled jobs of the same time after one %s', (_, leaves) =>
    onRedisStage(redis(), async (stage) => {
      const { scene } = stage;
      const dueAt = Date.now() + 3_600_000;
      for (const version of [2, 1]) await scene.enqueueMany(11, { version, dueAt });
      const expected = (await pages(stage, 'scheduled', 100)).flat().map(({ id }) => id);
      expect(expected).toHaveLength(22);

      const found: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await scene.engine.list(filterOf(stage, 'scheduled'), 4, cursor);
        found.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        const [slotKey, op] = found[found.length - 1].split('~').slice(2) as [string, string];
        if (leaves) await scene.engine.cancel({ queue: scene.queue, type: 'task', slotKey, op });
      } while (cursor !== undefined);
      expect(found).toEqual(expected);
    }),
  );

  it(
    'leave out what went elsewhere while it was looked up',
    onStage(async (stage) => {
      const refs = await stage.scene.enqueueMany(3);
      stage.connection.tamper = async (script, through) => {
        const reply = await through();
        if (script === 'list-waiting') await stage.scene.stranger().claimOne();
        return reply;
      };
      const { items } = await inspectorOf(stage).list(filterOf(stage, 'waiting'), 10);
      expect(items.map(({ id }) => id)).toEqual(refs.slice(1).map(formatJobId));
    }),
  );

  it(
    'do not take a job for the life that it had before',
    onStage(async (stage) => {
      const { scene } = stage;
      const { ref } = await scene.enqueue();
      const worker = scene.stranger();
      await worker.settle(buried(await worker.claimOne()));
      stage.connection.tamper = async (script, through) => {
        const reply = await through();
        if (script === 'dead-letters') {
          await scene.engine.replay(ref, { actor: 'ann', reason: 'x' });
          await worker.settle(buried(await worker.claimOne()));
        }
        return reply;
      };
      expect((await inspectorOf(stage).list(filterOf(stage, 'dead'), 10)).items).toEqual([]);
      expect(await scene.get(ref)).toMatchObject({ state: 'dead', life: 1 });
    }),
  );

  it(
    'show payloads that stand under keys of their own',
    onStage(async (stage) => {
      await stage.scene.enqueue({ payload: BIG });
      const [[job]] = await pages(stage, 'waiting', 10);
      expect(job?.payload).toBe(JSON.parse(BIG));
    }),
  );

  it(
    'take only cursors of their own',
    onStage(async (stage) => {
      const { scene } = stage;
      await scene.enqueueMany(2, { delayMs: 3_600_000 });
      await scene.enqueueMany(2);
      const { nextCursor } = await scene.engine.list(filterOf(stage, 'scheduled'), 1);
      expect(nextCursor).toBeDefined();
      for (const state of ['waiting', 'active', 'dead'] as const) {
        await expect(scene.engine.list(filterOf(stage, state), 1, nextCursor)).rejects.toMatchObject({
          code: 'CURSOR_INVALID',
        });
      }
    }),
  );
});

describeWithRedis('a job in Redis', (redis) => {
  it('is shown as ended when it ends before its large payload is read', () =>
    onRedisStage(redis(), async (stage) => {
      const { scene } = stage;
      const { ref } = await scene.enqueue({ payload: BIG });
      const worker = scene.stranger();
      const job = await worker.claimOne();
      let looks = 0;
      stage.connection.tamper = async (script, through) => {
        const reply = await through();
        if (script === 'get' && ++looks === 1) await worker.settle(completed(job));
        return reply;
      };
      expect(await inspectorOf(stage).get(ref)).toMatchObject({ state: 'completed' });
      expect(looks).toBe(2);
    }));

  it('is not guessed at when a newer version of the library wrote it', () =>
    onRedisStage(redis(), async ({ scene, keys }) => {
      const { ref } = await scene.enqueue();
      await redis()
        .connect()
        .setrange(keys.queue(scene.queue).record(`task~${ref.slotKey}`), 0, '2');
      await expect(scene.get(ref)).rejects.toMatchObject({ code: 'LAYOUT_TOO_NEW' });
    }));
});
