import { WorkerStoppingError } from '../../../lib/core/handler-signals.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { Gate, hold } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a drain', () => {
  it('lets running attempts end, claims nothing more, and says so', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run }], { concurrency: 1 }).start();
    const [first, second] = [await scene.enqueue({ key: 1 }), await scene.enqueue({ key: 2 })];
    await scene.rest();
    const drained = scene.worker.drain();
    expect(scene.worker.drain()).not.toBe(undefined);
    await scene.clock.advance('5s');
    expect(scene.worker.state).toBe('draining');
    expect(await scene.worker.list()).toMatchObject([{ state: 'draining', running: 1 }]);
    gate.open(first);
    await drained;
    expect(scene.worker.state).toBe('stopped');
    expect((await scene.job(first)).state).toBe('completed');
    expect((await scene.job(second)).state).toBe('waiting');
    expect(scene.eventsOf('worker.stopped')).toMatchObject([{ released: 0 }]);
    expect(await scene.worker.list()).toEqual([]);
  });

  it('gives back what does not end within the grace, without using up an attempt', async () => {
    const reasons: unknown[] = [];
    let ignored = 0;
    const obeys = (_: never, ctx: JobContext): Promise<never> =>
      hold(_, ctx).catch((error: unknown) => {
        reasons.push(error);
        throw error;
      });
    const ignores = (): Promise<never> => (ignored++, new Promise(() => undefined));
    scene = await new Scene(
      [
        { run: obeys, name: 'obeys' },
        { run: ignores, name: 'ignores' },
      ],
      { shutdownGraceMs: 3_000 },
    ).start();
    const ids = [await scene.enqueue({ type: 'obeys', key: 1 }), await scene.enqueue({ type: 'ignores', key: 1 })];
    await scene.rest();
    const drained = scene.worker.drain();
    await scene.clock.advance('3s');
    await drained;
    expect(reasons).toEqual([expect.any(WorkerStoppingError)]);
    for (const id of ids)
      expect(await scene.job(id)).toMatchObject({ state: 'waiting', failures: 0, stalls: 0, attempts: [] });
    expect(ignored).toBe(1);
    expect(scene.eventsOf('job.released')).toMatchObject([{ why: 'shutdown' }, { why: 'shutdown' }]);
    expect(scene.eventsOf('worker.stopped')).toMatchObject([{ released: 1 }]);
  });

  it('keeps the result of a handler that ends in time although it was told to stop', async () => {
    const run = (_: never, { signal }: JobContext): Promise<string> =>
      new Promise((resolve) => signal.addEventListener('abort', () => resolve('saved')));
    scene = await new Scene([{ run }], { shutdownGraceMs: 0 }).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    await scene.worker.drain();
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('gives back what a turn under way brings', async () => {
    let runs = 0;
    scene = await new Scene([{ run: () => runs++ }]).start();
    await scene.rest();
    const arrive = scene.shaky.delayReplies('turn');
    const ids = await Promise.all([1, 2, 3].map((key) => scene.enqueue({ key })));
    await scene.rest();
    for (const id of ids) expect((await scene.job(id)).state).toBe('active');
    const drained = scene.worker.drain();
    await scene.rest();
    arrive();
    await drained;
    expect(runs).toBe(0);
    for (const id of ids) expect(await scene.job(id)).toMatchObject({ state: 'waiting', failures: 0 });
  });

  it('keeps the lease alive while it waits', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run, policy: { timeoutMs: 600_000 } }], { shutdownGraceMs: 300_000 }).start();
    const id = await scene.enqueue({ key: 1 });
    await scene.rest();
    const drained = scene.worker.drain();
    await scene.clock.advance('4m');
    expect((await scene.worker.list())[0].leaseUntil).toBeGreaterThan(scene.clock.now());
    gate.open(id);
    await drained;
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('ends although the store is away, and without ever having started', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run }], { shutdownGraceMs: 2_000 }).start();
    await scene.enqueue({ key: 1 });
    await scene.rest();
    for (const method of ['turn', 'heartbeat', 'retire', 'sweep'] as const) scene.shaky.loseRequests(method);
    const drained = scene.worker.drain();
    await scene.clock.advance('15s');
    await drained;
    expect(scene.lines).toEqual([
      expect.stringMatching(/queue work: the worker could not take its leave.*lease will run out/),
    ]);
    scene.shaky.heal();
    const idle = new Scene([]);
    await idle.worker.drain();
    expect(idle.worker.state).toBe('stopped');
  });

  it('can be followed by a new start, under a new id', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run }]).start();
    const first = scene.worker.id;
    await scene.worker.drain();
    const id = await scene.enqueue({ key: 1 });
    await scene.worker.start();
    await scene.rest();
    gate.openAll();
    await scene.rest();
    expect(scene.worker.id).not.toBe(first);
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('leaves no timer behind', async () => {
    scene = await new Scene([{ run: () => undefined }]).start();
    await scene.enqueue();
    await scene.clock.advance('1m');
    await scene.worker.drain();
    await scene.clock.advance('10s');
    const calls = scene.shaky.calls.length;
    await scene.clock.advance('1h');
    expect(scene.shaky.calls).toHaveLength(calls);
  });
});
