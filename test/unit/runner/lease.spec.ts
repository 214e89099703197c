import { LeaseLostError } from '../../../lib/core/handler-signals.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { stoppable } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a lease', () => {
  it('is renewed while an attempt runs for many leases', async () => {
    let finish = (): void => undefined;
    const run = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    scene = await new Scene([{ run, policy: { timeoutMs: 3_600_000 } }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.clock.advance('30m');
    expect(await scene.job(id)).toMatchObject({ state: 'active', stalls: 0 });
    finish();
    await scene.rest();
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('that was lost aborts the handler at the next beat, frees its slot and settles nothing', async () => {
    const reasons: unknown[] = [];
    scene = await new Scene([{ run: stoppable(reasons) }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.retire('work', scene.worker.id as string);
    await scene.engine.setPaused({ queue: 'work' }, true, { actor: 'test', reason: 'test' });
    await scene.clock.advance('10s');
    expect(reasons).toEqual([expect.any(LeaseLostError)]);
    expect(scene.worker.running).toBe(0);
    expect(await scene.job(id)).toMatchObject({ state: 'waiting', failures: 0, attempts: [] });
  });

  it('lost and won again by the same worker ends the first attempt before the second begins', async () => {
    const attempts: number[] = [];
    let atOnce = 0;
    let most = 0;
    const run = async (_: never, ctx: JobContext): Promise<void> => {
      attempts.push(ctx.attempt);
      most = Math.max(most, ++atOnce);
      await new Promise<void>((resolve) =>
        ctx.attempt === 1 ? ctx.signal.addEventListener('abort', () => resolve()) : resolve(),
      );
      atOnce--;
    };
    scene = await new Scene([{ run }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.engine.retire('work', scene.worker.id as string);
    await scene.clock.advance('10s');
    expect(attempts[0]).toBe(1);
    expect(attempts.length).toBe(2);
    expect(most).toBe(1);
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('survives an event loop that was blocked for longer than it: a worker does not take its own jobs for a dead one’s', async () => {
    let finish = (): void => undefined;
    const run = (): Promise<void> => new Promise((resolve) => (finish = resolve));
    scene = await new Scene([{ run, policy: { timeoutMs: 600_000 } }]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    // Time goes by and no timer fires, until they all do.
    Object.assign(scene.clock, { time: scene.clock.now() + 45_000 });
    await scene.clock.advance('1s');
    expect(await scene.job(id)).toMatchObject({ state: 'active', stalls: 0 });
    finish();
    await scene.rest();
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('tells the store what it holds, and gets back to the queue what never arrived', async () => {
    scene = await new Scene([{ run: () => undefined }]).start();
    await scene.rest();
    const demand = [{ type: 'task', version: 1, quota: 1, timeoutMs: 600_000 }];
    const turn = {
      queue: 'work',
      worker: scene.worker.id as string,
      lane: 7,
      seq: 1,
      settlements: [],
      slots: 1,
      demand,
    };
    await scene.engine.setPaused({ queue: 'work' }, true, { actor: 'test', reason: 'keep it for the lost turn' });
    const id = await scene.enqueue({ key: 'astray' });
    await scene.rest();
    await scene.engine.setPaused({ queue: 'work' }, false, { actor: 'test', reason: 'and now' });
    await scene.engine.turn({ ...turn, lowestFirst: false, takeSuspect: false });
    expect((await scene.job(id)).state).toBe('active');
    await scene.enqueue({ key: 'next' });
    await scene.clock.advance('11s');
    expect(await scene.job(id)).toMatchObject({ state: 'completed', stalls: 0, failures: 0 });
    expect(scene.lines).toEqual([expect.stringMatching(/queue work: 1 claimed job\(s\) never arrived here/)]);
  });

  it('lost to another worker while the loop was blocked refuses the late result', async () => {
    let finish = (): void => undefined;
    scene = await new Scene([
      { run: () => new Promise<void>((resolve) => (finish = resolve)), policy: { timeoutMs: 600_000 } },
    ]).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    const other = await new Scene([{ run: () => 'other' }], { store: scene.store, clock: scene.clock }).start();
    for (const method of ['heartbeat', 'sweep'] as const) scene.shaky.loseRequests(method);
    await scene.clock.advance('40s');
    expect((await scene.job(id)).state).toBe('completed');
    expect(other.eventsOf('job.stalled')).toMatchObject([{ id, suspect: true, stalls: 0 }]);
    expect(other.eventsOf('job.completed')).toMatchObject([{ id }]);
    finish();
    await scene.rest();
    expect(scene.eventsOf('job.completed')).toEqual([]);
    expect(scene.eventsOf('job.lease-lost')).toMatchObject([{ id }]);
    scene.shaky.heal();
    await other.close();
  });
});

describe('a suspect', () => {
  it('is taken alone of its kind, while other jobs go on', async () => {
    const running = new Set<string>();
    let most = 0;
    const finish: (() => void)[] = [];
    const run = async (_: never, ctx: JobContext): Promise<void> => {
      running.add(ctx.id);
      most = Math.max(most, suspects.filter((id) => running.has(id)).length);
      await new Promise<void>((resolve) => finish.push(resolve));
      running.delete(ctx.id);
    };
    const dead = await new Scene([{ run: () => new Promise(() => undefined) }]).start();
    const suspects = await Promise.all([1, 2, 3].map((key) => dead.enqueue({ key })));
    await dead.rest();
    for (const method of ['heartbeat', 'turn', 'sweep', 'retire'] as const) dead.shaky.loseRequests(method);
    scene = await new Scene([{ run }], { store: dead.store, clock: dead.clock, concurrency: 10 }).start();
    await scene.clock.advance('40s');
    expect(scene.eventsOf('job.stalled')).toHaveLength(3);
    const innocent = await scene.enqueue({ key: 'innocent' });
    await scene.rest();
    expect(running.size).toBe(2);
    expect(running.has(innocent)).toBe(true);
    for (let i = 0; i < 4; i++) {
      finish.shift()?.();
      await scene.clock.advance('6s');
      for (const end of finish.splice(0)) end();
      await scene.clock.advance('6s');
    }
    for (const id of suspects) expect((await scene.job(id)).state).toBe('completed');
    expect(most).toBe(1);
    await dead.close();
  });

  it('under which workers die again and again is buried, and listeners hear of it', async () => {
    scene = await new Scene([{ run: () => undefined, name: 'other' }]).start();
    const id = await scene.enqueue({ key: 1 });
    const setup = { run: () => new Promise(() => undefined), policy: { maxStalls: 1, owner: 'ops' } };
    for (let deaths = 0; deaths < 3; deaths++) {
      const victim = await new Scene([setup], { store: scene.store, clock: scene.clock }).start();
      await victim.rest();
      for (const method of ['heartbeat', 'turn', 'sweep', 'retire', 'waitForWork'] as const)
        victim.shaky.loseRequests(method);
      await scene.clock.advance('40s');
    }
    expect(await scene.job(id)).toMatchObject({
      state: 'dead',
      failures: 0,
      burial: { reason: 'stalled', owner: 'ops' },
    });
    expect(scene.eventsOf('job.stalled').map(({ stalls, suspect }) => ({ stalls, suspect }))).toEqual([
      { stalls: 0, suspect: true },
      { stalls: 1, suspect: true },
      { stalls: 2, suspect: true },
    ]);
    const error = { name: 'JobStalledError' };
    expect(scene.eventsOf('job.buried')).toMatchObject([{ id, reason: 'stalled', attempt: 3, owner: 'ops', error }]);
  });
});
