import { Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('the sweep', () => {
  it('goes on through the life of a worker, once per interval for all workers of a queue', async () => {
    scene = await new Scene([{ run: () => undefined }]).start();
    const other = await new Scene([{ run: () => undefined }], { store: scene.store, clock: scene.clock }).start();
    await scene.clock.advance('10m');
    const asked = scene.shaky.count('sweep') + other.shaky.count('sweep');
    expect(asked).toBeGreaterThan(200);
    expect(asked).toBeLessThan(280);
    await other.close();
  });

  it('does its duties after a sweep of its own, and goes on when one fails', async () => {
    const done: string[] = [];
    const duty = async (queue: string): Promise<void> => {
      done.push(queue);
      if (done.length === 1) throw new Error('duty failed');
    };
    scene = await new Scene([{ run: () => undefined }], { parts: { duties: [duty] } }).start();
    await scene.clock.advance('1m');
    expect(done.length).toBeGreaterThan(8);
    expect(scene.eventsOf('engine.unavailable')).toEqual([]);
    expect(scene.lines).toEqual([expect.stringMatching(/after the sweep of queue work: Error: duty failed/)]);
  });

  it('buries what nobody handles after the grace, tells of it, and leaves the rest alone', async () => {
    scene = await new Scene([{ run: () => undefined }], { noHandlerGraceMs: 600_000 }).start();
    const id = await scene.enqueue({ type: 'gone', key: 1 });
    await scene.clock.advance('9m');
    expect((await scene.job(id)).state).toBe('waiting');
    await scene.clock.advance('2m');
    expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'no_handler' } });
    expect(scene.eventsOf('job.buried')).toMatchObject([{ id, name: 'gone', reason: 'no_handler', severity: 'error' }]);
  });

  it('runs what it took back, though the bell for it went to a worker that does not hear', async () => {
    const dead = await new Scene([{ run: () => new Promise(() => undefined) }]).start();
    const id = await dead.enqueue({ key: 1 });
    await dead.rest();
    for (const method of ['heartbeat', 'turn', 'sweep'] as const) dead.shaky.loseRequests(method);
    const { engine, store, clock } = dead;
    const deaf = Object.assign(Object.create(engine) as typeof engine, {
      waitForWork: () => new Promise(() => undefined),
    });
    scene = await new Scene([{ run: () => undefined }], { store, clock, parts: { engine: deaf } }).start();
    await scene.clock.advance('40s');
    expect((await scene.job(id)).state).toBe('completed');
    await dead.close();
  });

  it('never begins for a worker that is drained before it has started', async () => {
    scene = new Scene([{ run: () => undefined }]);
    const started = scene.worker.start();
    await scene.close();
    await started;
    const beats = scene.shaky.count('heartbeat');
    await scene.clock.advance('10m');
    expect(scene.shaky.count('sweep')).toBe(0);
    expect(scene.shaky.count('heartbeat')).toBe(beats);
    expect(await scene.engine.workers('work')).toEqual([]);
  });

  it('survives a store that is away', async () => {
    scene = await new Scene([{ run: () => undefined }]).start();
    scene.shaky.loseRequests('sweep', 5);
    const id = await scene.enqueue({ key: 1, delayMs: 60_000, expiresInMs: 1_000 });
    await scene.clock.advance('1m');
    expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'expired' } });
  });
});
