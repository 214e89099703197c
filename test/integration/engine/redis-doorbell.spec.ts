import { requestOf } from '../../support/engine-request.js';
import { soon } from '../../support/engine-soon.js';
import type { EngineWorker } from '../../support/engine-worker.js';
import { eventually } from '../../support/eventually.js';
import { RedisScene } from '../../support/redis-scene.js';
import { describeWithRedis } from '../../support/redis-server.js';

const HOUR_MS = 3_600_000;

describeWithRedis('the bell on Redis', (redis) => {
  let scene: RedisScene;
  let abort: AbortController;

  beforeEach(async () => {
    scene = await RedisScene.on(redis());
    abort = new AbortController();
  });
  afterEach(async () => {
    abort.abort();
    await scene.close();
  });

  /** Looks for all of the types, as a worker does before it waits. */
  async function idle(worker: EngineWorker, ...types: string[]): Promise<void> {
    expect(await worker.claim({ demand: types.map((type) => ({ type })) })).toEqual([]);
  }

  function wait(worker: EngineWorker, types: readonly string[], ms = HOUR_MS): Promise<void> {
    const lines = types.map((type) => ({ type, version: 1 }));
    return worker.engine.waitForWork(scene.queue, worker.id, lines, ms, abort.signal);
  }

  async function clients(): Promise<string[]> {
    return String(await scene.client.client('LIST'))
      .trim()
      .split('\n');
  }

  /** Once as many pops wait at the store. */
  async function listening(processes: number): Promise<void> {
    await eventually(async () => {
      return (await clients()).filter((client) => client.includes('cmd=blpop')).length === processes;
    });
  }

  async function blockedNow(): Promise<number> {
    return (await clients()).filter((each) => each.includes('flags=b')).length;
  }

  it('takes one connection for a queue, whatever types are waited for in turn', async () => {
    const worker = scene.stranger();
    await wait(worker, ['a'], 5);
    const before = (await clients()).length;
    for (const types of [['b'], ['a', 'b'], ['c', 'a'], ['d'], ['a', 'b', 'c', 'd']]) await wait(worker, types, 5);
    expect(await clients()).toHaveLength(before);
  });

  it('wakes who waits for a type that came in while the pop was for others', async () => {
    const [one, other] = [scene.stranger(), scene.stranger()];
    await idle(one, 'a');
    const first = wait(one, ['a']);
    await listening(1);
    await idle(other, 'b');
    const second = wait(other, ['b']);
    await scene.enqueue({ type: 'b' }, scene.second);
    await soon(second, 'the bell of b', 2_000);
    await scene.enqueue({ type: 'a' }, scene.second);
    await soon(first, 'the bell of a', 2_000);
  });

  it('need not be heard where the job comes from: a turn can go right behind it', async () => {
    const worker = scene.stranger();
    await idle(worker, 'a');
    const waiting = wait(worker, ['a']);
    await listening(1);
    const told: string[] = [];
    const accepted = scene.enqueue({ type: 'a' }).then(() => told.push('accepted'));
    await soon(waiting, 'the bell', 2_000);
    told.push('rang');
    const claimed = await worker.claim({ demand: [{ type: 'a' }] });
    await accepted;
    expect(told).toEqual(['rang', 'accepted']);
    expect(claimed).toHaveLength(1);
  });

  describe('of a job that is sent from here, where a worker waits', () => {
    let worker: EngineWorker;
    let there: EngineWorker;
    let woken: boolean;
    let elsewhere: Promise<void>;

    beforeEach(async () => {
      [worker, there] = [scene.stranger(), scene.stranger(scene.second)];
      await idle(worker, 'a');
      await idle(there, 'a');
      woken = false;
      elsewhere = wait(there, ['a']).then(() => void (woken = true));
      await listening(1);
    });

    const tokens = async (): Promise<number> => scene.client.llen((await scene.keys()).bell('a@1'));
    /** From then on a token would reach `there` first, which has waited longer. */
    const wakesHere = async (jobs: number): Promise<void> => {
      const waiting = wait(worker, ['a']);
      await listening(2);
      await scene.enqueueMany(jobs, { type: 'a' });
      await soon(waiting, 'the wake', 2_000);
    };

    it('wakes nobody else once it has looked, and not itself again', async () => {
      const waiting = wait(worker, ['a']);
      await listening(2);
      const accepted = scene.enqueue({ type: 'a' });
      await soon(waiting, 'the wake', 2_000);
      expect(await worker.claim({ demand: [{ type: 'a' }] })).toHaveLength(1);
      await accepted;
      const again = wait(worker, ['a']).then(() => void (woken = true));
      await scene.elapse(60);
      expect([woken, await tokens(), await blockedNow()]).toEqual([false, 0, 2]);
      abort.abort();
      await Promise.all([again, elsewhere]);
    });

    it('wakes others for all jobs but one', async () => {
      await wakesHere(2);
      await soon(elsewhere, 'the bell', 2_000);
    });

    it('wakes it again if it waits without a look', async () => {
      await wakesHere(1);
      await soon(wait(worker, ['a']), 'the wake', 2_000);
      expect(woken).toBe(false);
    });

    it('wakes others if it neither looks nor waits', async () => {
      await wakesHere(1);
      await soon(elsewhere, 'the bell', 2_000);
    });

    it('is rung where only some of the jobs are for whom is here', async () => {
      const others = wait(there, ['b']);
      const waiting = wait(worker, ['a']);
      await listening(2);
      await scene.engine.enqueue([
        requestOf({ queue: scene.queue, type: 'a' }),
        requestOf({ queue: scene.queue, type: 'b' }),
      ]);
      await soon(Promise.all([Promise.race([waiting, elsewhere]), others]), 'both bells', 2_000);
    });

    it('is rung where some of the jobs are due later, for whom waits for those', async () => {
      const others = wait(there, ['b']);
      const waiting = wait(worker, ['a']);
      await listening(2);
      await scene.engine.enqueue([
        requestOf({ queue: scene.queue, type: 'a' }),
        requestOf({ queue: scene.queue, type: 'b', delayMs: 60_000 }),
      ]);
      await soon(Promise.all([Promise.race([waiting, elsewhere]), others]), 'both bells', 2_000);
    });
  });

  it('is not rung by a job of another type', async () => {
    const worker = scene.stranger();
    await idle(worker, 'a');
    let woken = false;
    const waiting = wait(worker, ['a']).then(() => (woken = true));
    await listening(1);
    await scene.enqueue({ type: 'b' });
    await scene.engine.stats(scene.queue);
    expect(woken).toBe(false);
    await scene.enqueue({ type: 'a' });
    await soon(waiting, 'the bell', 2_000);
  });

  it('leaves the bell of what nobody here can take any more to other processes', async () => {
    const [here, there] = [scene.stranger(), scene.stranger(scene.second)];
    await wait(here, ['a', 'b'], 5);
    await idle(here, 'b');
    let woken = false;
    const waits = wait(here, ['b']).then(() => (woken = true));
    await listening(1);
    await idle(there, 'a');
    const elsewhere = wait(there, ['a']);
    await listening(2);
    await scene.enqueue({ type: 'a' });
    await soon(elsewhere, 'the bell of a', 2_000);
    expect(woken).toBe(false);
    await scene.enqueue({ type: 'b' });
    await soon(waits, 'the bell of b', 2_000);
  });

  it('does not take up again and again what it put back', async () => {
    const here = scene.stranger();
    await wait(here, ['a', 'b'], 5);
    await idle(here, 'a', 'b');
    const waits = wait(here, ['b']);
    await listening(1);
    await scene.client.config('RESETSTAT');
    await scene.enqueue({ type: 'a' });
    await scene.elapse(100);
    const pops = /cmdstat_blpop:calls=(\d+)/.exec(await scene.client.info('commandstats'))?.[1];
    expect(Number(pops ?? 0)).toBeLessThan(5);
    await scene.enqueue({ type: 'b' });
    await soon(waits, 'the bell of b', 2_000);
  });

  it('keeps what it put back, for who wants it later, but not for ever', async () => {
    const here = scene.stranger();
    await wait(here, ['a', 'b'], 5);
    await idle(here, 'a', 'b');
    const waits = wait(here, ['b']);
    await listening(1);
    await scene.enqueue({ type: 'a' });
    const bell = (await scene.keys()).bell('a@1');
    await eventually(async () => (await scene.client.pttl(bell)) > 0);
    await listening(1);
    await soon(wait(here, ['a']), 'the bell of a', 2_000);
    await scene.enqueue({ type: 'b' });
    await soon(waits, 'the bell of b', 2_000);
  });
});
