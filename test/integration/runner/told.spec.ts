import type { DeadJob } from '../../../lib/core/on-dead.js';
import { eventually } from '../../support/eventually.js';
import { parseBurialLine } from '../../support/job-lines.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { eachOnItsScene, type ProcessScene } from './process-scene.js';
import type { WorkerProcess } from './worker-process.js';

type Death = (on: ProcessScene) => Promise<{ id: string; undertaker: WorkerProcess }>;

const compensates = { compensates: true } as const;
const dies = { diesOf: 'job.buried', ...compensates } as const;

/** Each way to die, and a worker that kills itself in the very moment in which it hears that the job is dead. */
const deaths: [reason: string, death: Death][] = [
  [
    'non_retryable',
    async (on) => {
      const undertaker = await on.worker(dies);
      return { undertaker, id: await on.enqueue({ do: 'refuse' }, { key: 1 }) };
    },
  ],
  [
    'expired',
    async (on) => {
      await on.engine.setPaused({ queue: 'work', type: 'task' }, true, { actor: 'a test', reason: 'nothing begins' });
      const id = await on.enqueue({ do: 'end' }, { key: 1, expiresInMs: 1 });
      return { undertaker: await on.worker(dies), id };
    },
  ],
  [
    'stalled',
    async (on) => {
      const id = await on.enqueue({ do: 'exit' }, { key: 1 });
      const setup = { options: { leaseMs: 500 }, policy: { maxStalls: 0 }, ...compensates };
      // The first death does not count: it may have been a neighbour's fault.
      for (let deaths = 0; deaths < 2; deaths++) await (await on.worker(setup)).exited;
      return { undertaker: await on.worker({ ...setup, ...dies }), id };
    },
  ],
  [
    'no_handler',
    async (on) => {
      // Whoever handled it is long gone.
      const former = await on.worker(compensates);
      former.terminate();
      await former.exited;
      const id = await on.enqueue({ do: 'end' }, { key: 1 });
      const options = { noHandlerAlertMs: 1, noHandlerGraceMs: 1 };
      return { undertaker: await on.worker({ types: { other: 'work' }, options, ...dies }), id };
    },
  ],
];

/** What the `onDead` of a job was given, once for each time it ran. */
async function compensated(on: ProcessScene): Promise<DeadJob[]> {
  const runs = (await on.books()).filter(({ what }) => what.startsWith('onDead '));
  return runs.map(({ what }) => JSON.parse(what.slice('onDead '.length)) as DeadJob);
}

const told = (worker: WorkerProcess): string[] =>
  worker.lines('error').filter((line) => line.startsWith('job buried: '));

describeWithRedis('a worker that is killed right after it buried a job', (server) => {
  const scene = eachOnItsScene(server);

  it.each(deaths)('%s: another one tells of it, once, and its onDead runs, once', async (reason, die) => {
    const on = scene();
    const { id, undertaker } = await die(on);
    expect(await undertaker.exited).toBe('SIGKILL');
    expect(told(undertaker)).toEqual([]);
    expect(await on.job(id)).toMatchObject({ state: 'dead', burial: { reason } });
    expect(await compensated(on)).toEqual([]);
    const heir = await on.worker(compensates);
    const line = await eventually(() => told(heir)[0] ?? false, { timeout: 10_000 });
    expect(parseBurialLine(line)).toMatchObject({ id, reason });
    const waiting = `{${on.place.prefix}:work}:ao`;
    await eventually(async () => expect(await on.redis.zcard(waiting)).toBe(0), { timeout: 10_000 });
    expect(told(heir)).toHaveLength(1);
    const [dead] = await eventually(
      async () => {
        const found = await compensated(on);
        expect(found).toHaveLength(1);
        return found;
      },
      { timeout: 10_000 },
    );
    expect(dead).toMatchObject({
      id,
      name: 'task',
      queue: 'work',
      reason,
      life: 0,
      payload: { do: expect.any(String) },
    });
    await on.until('completed', 1);
    expect(await compensated(on)).toHaveLength(1);
  });

  it('and right after its onDead was accepted: that is one job all the same', async () => {
    const on = scene();
    const undertaker = await on.worker({ diesOf: 'job.enqueued', ...compensates });
    const id = await on.enqueue({ do: 'refuse' }, { key: 1 });
    expect(await undertaker.exited).toBe('SIGKILL');
    const outbox = `{${on.place.prefix}:work}:ao`;
    const [held, ...others] = await on.redis.zrange(outbox, '0', '-1');
    expect(others).toEqual([]);
    // The time is over for which it was the dead one's.
    await on.redis.zadd(outbox, 0, held);
    const heir = await on.worker(compensates);
    await eventually(async () => expect(await on.redis.zcard(outbox)).toBe(0), { timeout: 10_000 });
    expect(told(heir)).toHaveLength(1);
    await on.until('completed', 1);
    // The undertaker may have begun it as well: then it is another attempt.
    expect(new Set((await compensated(on)).map((dead) => dead.id))).toEqual(new Set([id]));
    const { types } = await on.engine.stats('work');
    expect(types.map(({ type, accepted }) => [type, accepted]).sort()).toEqual([
      ['task', 1],
      ['task:onDead', 1],
    ]);
  });
});
