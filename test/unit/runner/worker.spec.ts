import type { JobContext } from '../../../lib/core/job-context.js';
import { Gate, hold, typeOf } from './handlers.js';
import { type JobSetup, Scene } from './scene.js';

let scene: Scene;
afterEach(() => scene.close());

describe('a worker', () => {
  it('runs what is enqueued before and after its start, once, with its payload', async () => {
    const seen: unknown[] = [];
    scene = new Scene([{ run: (payload) => seen.push(payload) }]);
    await scene.enqueue({ data: { n: 1 } });
    await scene.worker.start();
    await scene.enqueue({ data: { n: 2 } });
    await scene.rest();
    expect(seen).toEqual([{ n: 1 }, { n: 2 }]);
    const [stats] = (await scene.engine.stats('work')).types;
    expect(stats).toMatchObject({ accepted: 2, completed: 2, waiting: 0, active: 0 });
    expect(scene.eventsOf('job.started')).toHaveLength(2);
    expect(scene.eventsOf('job.completed')).toHaveLength(2);
  });

  it('starts a delayed job when it is due, with no other traffic', async () => {
    const seen: number[] = [];
    scene = await new Scene([{ run: () => seen.push(scene.clock.now()) }]).start();
    const due = scene.clock.now() + 61_234;
    await scene.enqueue({ delayMs: 61_234 });
    await scene.clock.advance('61s');
    expect(seen).toEqual([]);
    await scene.clock.advance(234);
    expect(seen).toEqual([due]);
  });

  it('buries what expired before it could begin, without running it', async () => {
    let runs = 0;
    scene = new Scene([{ run: () => runs++ }]);
    const id = await scene.enqueue({ expiresInMs: 1_000 });
    await scene.clock.advance('2s');
    await scene.worker.start();
    await scene.rest();
    expect(runs).toBe(0);
    expect(await scene.job(id)).toMatchObject({ state: 'dead', failures: 0, burial: { reason: 'expired' } });
  });

  it('keeps to its slots, and to the limit of a type over all its versions', async () => {
    const gate = new Gate();
    const limited = {
      name: 'limited',
      version: 2,
      migrations: new Map([[1, (p: never) => p]]),
      policy: { processConcurrency: 2 },
    };
    scene = new Scene(
      [
        { run: gate.run, name: 'free' },
        { run: gate.run, ...limited },
      ],
      { concurrency: 5 },
    );
    for (let i = 0; i < 4; i++) {
      await scene.enqueue({ type: 'free' });
      await scene.enqueue({ type: 'limited', version: 1 });
      await scene.enqueue({ type: 'limited', version: 2 });
    }
    await scene.worker.start();
    await scene.rest();
    expect(scene.worker.running).toBe(5);
    while (gate.started.length < 12) {
      expect(scene.worker.running).toBeLessThanOrEqual(5);
      expect(gate.running('limited')).toBeLessThanOrEqual(2);
      gate.open();
      await scene.rest();
    }
    expect(gate.running('limited')).toBe(2);
    gate.openAll();
    await scene.rest();
    const stats = (await scene.engine.stats('work')).types;
    expect(stats.reduce((sum, type) => sum + type.completed, 0)).toBe(12);
  });

  it('serves a type with one job within a turn or two of a deep backlog, whatever its place among the types', async () => {
    const order: string[] = [];
    const run = (_: never, ctx: JobContext): unknown => order.push(typeOf(ctx.id));
    const names = Array.from({ length: 20 }, (_, i) => `type-${i}`);
    scene = new Scene(
      names.map((name) => ({ run, name })),
      { concurrency: 10 },
    );
    for (let i = 0; i < 1_000; i++) await scene.enqueue({ type: 'type-7' });
    await scene.worker.start();
    for (const name of ['type-6', 'type-8', 'type-19', 'type-0']) {
      const before = order.length;
      await scene.enqueue({ type: name });
      while (!order.includes(name)) await new Promise(setImmediate);
      expect(order.lastIndexOf(name) - before).toBeLessThanOrEqual(20);
    }
    await scene.rest();
  });

  it('shares its slots between queues: a backlog of one does not starve the other', async () => {
    const gate = new Gate();
    const jobs: JobSetup[] = [
      { run: gate.run, name: 'a', queue: 'queue-a' },
      { run: gate.run, name: 'b', queue: 'queue-b' },
    ];
    scene = await new Scene(jobs, { concurrency: 4 }).start();
    for (let i = 0; i < 20; i++) await scene.enqueue({ type: 'a', queue: 'queue-a' });
    await scene.rest();
    expect(gate.started.map(typeOf)).toEqual(['a', 'a', 'a', 'a']);
    await scene.clock.advance('1s');
    for (let i = 0; i < 5; i++) await scene.enqueue({ type: 'b', queue: 'queue-b' });
    await scene.rest();
    gate.open();
    await scene.rest();
    gate.open();
    await scene.rest();
    expect(gate.started.slice(4).map(typeOf)).toEqual(['b', 'b']);
    gate.open();
    await scene.rest();
    expect(scene.worker.running).toBe(4);
  });

  it('keeps no slots for a queue that may not use them', async () => {
    const gate = new Gate();
    const a = { run: gate.run, name: 'a', queue: 'queue-a', policy: { processConcurrency: 1 } };
    scene = await new Scene([a, { run: gate.run, name: 'b', queue: 'queue-b' }], { concurrency: 10 }).start();
    for (let i = 0; i < 20; i++) {
      await scene.enqueue({ type: 'a', queue: 'queue-a' });
      await scene.enqueue({ type: 'b', queue: 'queue-b' });
    }
    await scene.rest();
    expect(gate.started.map(typeOf).sort().join('')).toBe(`a${'b'.repeat(9)}`);
  });

  it('claims only the queues it is told to, each with slots of its own', async () => {
    const gate = new Gate();
    const jobs: JobSetup[] = [
      { run: gate.run, name: 'a', queue: 'queue-a' },
      { run: gate.run, name: 'b', queue: 'queue-b' },
    ];
    scene = await new Scene(jobs, { queues: { 'queue-a': 2, nowhere: 1 } }).start();
    for (const name of ['a', 'b'])
      for (let i = 0; i < 5; i++) await scene.enqueue({ type: name, queue: `queue-${name}` });
    await scene.clock.advance('10s');
    expect(gate.started.map(typeOf)).toEqual(['a', 'a']);
    expect(scene.lines).toEqual(["worker.queues names 'nowhere', but no handler is declared for that queue"]);
  });

  it('settles more ends than one turn carries', async () => {
    const gate = new Gate();
    scene = await new Scene([{ run: gate.run }], { concurrency: 1_200 }).start();
    for (let i = 0; i < 1_200; i++) await scene.enqueue();
    await scene.rest();
    expect(scene.worker.running).toBe(1_200);
    gate.openAll();
    await scene.rest();
    expect((await scene.engine.stats('work')).types).toMatchObject([{ completed: 1_200, active: 0 }]);
  });

  it('leaves the bell of one queue to others while another queue keeps it full', async () => {
    const gate = new Gate();
    const b = { run: gate.run, name: 'b', queue: 'queue-b' };
    scene = await new Scene([{ run: gate.run, name: 'a', queue: 'queue-a' }, b], { concurrency: 1 }).start();
    await scene.rest();
    const other = await new Scene([b], { store: scene.store, clock: scene.clock }).start();
    await scene.enqueue({ type: 'a', queue: 'queue-a' });
    await scene.clock.advance(100);
    expect(scene.worker.running).toBe(1);
    await scene.enqueue({ type: 'b', queue: 'queue-b' });
    await scene.rest();
    expect(other.worker.running).toBe(1);
    gate.openAll();
    await scene.enqueue({ type: 'b', queue: 'queue-b' });
    await scene.rest();
    expect(gate.started.map(typeOf)).toEqual(['a', 'b', 'b']);
    gate.openAll();
    await other.close();
  });

  it.each([0, -1, 1.5, Number.NaN])('refuses %d slots', async (concurrency) => {
    scene = new Scene([{ run: hold }], { concurrency });
    await expect(scene.worker.start()).rejects.toMatchObject({ code: 'CONCURRENCY_INVALID' });
  });

  it('lists all workers with what they handle', async () => {
    scene = await new Scene([{ run: hold, policy: { owner: 'ops' } }], { concurrency: 7 }).start();
    const second = await new Scene([{ run: hold, name: 'other', queue: 'other' }, { run: hold }], {
      store: scene.store,
      clock: scene.clock,
    }).start();
    await second.enqueue({ queue: 'other', type: 'other' });
    const workers = await scene.worker.list();
    expect(workers.map(({ worker }) => worker).sort()).toEqual([scene.worker.id, second.worker.id].sort());
    const [mine] = workers.filter(({ worker }) => worker === scene.worker.id);
    expect(mine).toMatchObject({
      pid: process.pid,
      state: 'running',
      slots: 7,
      queues: ['work'],
      handles: [{ type: 'task', versions: [1], owner: 'ops' }],
    });
    expect(workers.find(({ worker }) => worker === second.worker.id)?.queues).toEqual(['other', 'work']);
    await second.close();
    expect(await scene.worker.list()).toHaveLength(1);
  });
});
