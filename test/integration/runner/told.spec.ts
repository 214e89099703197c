import { eventually } from '../../support/eventually.js';
import { parseBurialLine } from '../../support/job-lines.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { eachOnItsScene, type ProcessScene } from './process-scene.js';
import type { WorkerProcess } from './worker-process.js';

type Death = (on: ProcessScene) => Promise<{ id: string; undertaker: WorkerProcess }>;

const dies = { diesOf: 'job.buried' } as const;

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
      await on.engine.setPaused({ queue: 'work' }, true, { actor: 'a test', reason: 'nothing begins' });
      const id = await on.enqueue({ do: 'end' }, { key: 1, expiresInMs: 1 });
      return { undertaker: await on.worker(dies), id };
    },
  ],
  [
    'stalled',
    async (on) => {
      const id = await on.enqueue({ do: 'exit' }, { key: 1 });
      const setup = { options: { leaseMs: 500 }, policy: { maxStalls: 0 } };
      // The first death does not count: it may have been a neighbour's fault.
      for (let deaths = 0; deaths < 2; deaths++) await (await on.worker(setup)).exited;
      return { undertaker: await on.worker({ ...setup, ...dies }), id };
    },
  ],
  [
    'no_handler',
    async (on) => {
      const id = await on.enqueue({ do: 'end' }, { key: 1 });
      const options = { noHandlerAlertMs: 1, noHandlerGraceMs: 1 };
      return { undertaker: await on.worker({ types: { other: 'work' }, options, ...dies }), id };
    },
  ],
];

const told = (worker: WorkerProcess): string[] =>
  worker.lines('error').filter((line) => line.startsWith('job buried: '));

describeWithRedis('a worker that is killed right after it buried a job', (server) => {
  const scene = eachOnItsScene(server);

  it.each(deaths)('%s: another one tells of it, once', async (reason, die) => {
    const on = scene();
    const { id, undertaker } = await die(on);
    expect(await undertaker.exited).toBe('SIGKILL');
    expect(told(undertaker)).toEqual([]);
    expect(await on.job(id)).toMatchObject({ state: 'dead', burial: { reason } });
    const heir = await on.worker();
    const line = await eventually(() => told(heir)[0] ?? false, { timeout: 10_000 });
    expect(parseBurialLine(line)).toMatchObject({ id, reason });
    const waiting = `{${on.place.prefix}:work}:ao`;
    await eventually(async () => expect(await on.redis.zcard(waiting)).toBe(0), { timeout: 10_000 });
    expect(told(heir)).toHaveLength(1);
  });
});
