import { stoppable } from './handlers.js';
import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a store that is away', () => {
  it.each(['loseRequests', 'loseReplies'] as const)(
    'is asked the same again until it answers (%s): nothing runs twice, nothing is lost',
    async (lose) => {
      const ran: string[] = [];
      scene = await new Scene([{ run: (_: never, ctx) => ran.push(ctx.id) }], { concurrency: 3 }).start();
      scene.shaky[lose]('turn', 3);
      const ids = await Promise.all([1, 2, 3, 4, 5, 6, 7].map((key) => scene.enqueue({ key })));
      await scene.clock.advance('10s');
      expect(ran.sort()).toEqual(ids.sort());
      const [stats] = (await scene.engine.stats('work')).types;
      expect(stats).toMatchObject({ completed: 7, active: 0, waiting: 0 });
      expect(scene.eventsOf('engine.unavailable')).toHaveLength(1);
      expect(scene.eventsOf('engine.recovered')).toHaveLength(1);
    },
  );

  it('is asked at growing intervals, up to some seconds', async () => {
    scene = await new Scene([{ run: () => undefined }]).start();
    await scene.rest();
    for (const method of ['turn', 'heartbeat', 'waitForWork', 'sweep'] as const) scene.shaky.loseRequests(method);
    await scene.clock.advance('1m');
    const before = scene.shaky.calls.length;
    await scene.clock.advance('1m');
    const calls = scene.shaky.calls.length - before;
    expect(calls).toBeGreaterThan(10);
    expect(calls).toBeLessThan(60);
    scene.shaky.heal();
    const id = await scene.enqueue({ key: 1 });
    await scene.clock.advance('6s');
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('at the start is no reason to give up', async () => {
    scene = new Scene([{ run: () => undefined }]);
    for (const method of ['turn', 'heartbeat', 'onCancelRequest'] as const) scene.shaky.loseRequests(method, 4);
    await scene.worker.start();
    const id = await scene.enqueue({ key: 1 });
    await scene.clock.advance('10s');
    expect((await scene.job(id)).state).toBe('completed');
  });

  it('for longer than the lease stops claims until the lease is renewed, so that the sweep does not take what was just claimed', async () => {
    scene = await new Scene([{ run: stoppable() }], { leaseMs: 30_000 }).start();
    await scene.rest();
    scene.shaky.loseRequests('heartbeat');
    await scene.clock.advance('21s');
    const id = await scene.enqueue({ key: 1 });
    await scene.clock.advance('10s');
    expect((await scene.job(id)).state).toBe('waiting');
    scene.shaky.heal();
    await scene.clock.advance('6s');
    expect(await scene.job(id)).toMatchObject({ state: 'active', stalls: 0 });
  });
});
