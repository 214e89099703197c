import type { CancelTimer, Clock } from '../../../../lib/core/clock.js';
import { parseJobId } from '../../../../lib/core/job-id.js';
import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { requestOf } from '../../../support/engine-request.js';
import { completed } from '../../../support/engine-settlements.js';
import { soon } from '../../../support/engine-soon.js';
import { EngineWorker } from '../../../support/engine-worker.js';

const TYPES = [{ type: 'task', version: 1 }];
const never = new AbortController().signal;

class CountingClock extends ManualClock implements Clock {
  open = 0;

  override schedule(ms: number, run: () => void): CancelTimer {
    let armed = true;
    const disarm = (): void => {
      if (armed) this.open--;
      armed = false;
    };
    this.open++;
    const cancel = super.schedule(ms, () => {
      disarm();
      run();
    });
    return () => {
      disarm();
      cancel();
    };
  }
}

function workerOf(engine: MemoryEngine): EngineWorker {
  return new EngineWorker(
    { engine, second: engine, elapse: async () => undefined, close: async () => undefined },
    'q',
    'w',
  );
}

describe('MemoryEngine', () => {
  it('says that its jobs end with the process', async () => {
    const report = await new MemoryEngine().open();
    expect(report).toMatchObject({ engine: 'memory', durability: expect.stringContaining('none') });
    expect(report.warnings).toHaveLength(1);
  });

  it('shares nothing with another engine', async () => {
    const [one, two] = [new MemoryEngine(), new MemoryEngine()];
    await one.enqueue([requestOf({ queue: 'q', key: 'a' })]);
    expect(await two.queues()).toEqual([]);
    expect(await two.enqueue([requestOf({ queue: 'q', key: 'a' })])).toMatchObject([{ status: 'created' }]);
  });

  it('sets no timer but for waiting, and leaves none behind', async () => {
    const clock = new CountingClock();
    const engine = new MemoryEngine(clock);
    const [{ id }] = await engine.enqueue([requestOf({ queue: 'q', delayMs: 5_000 })]);
    const watching = engine.watch(parseJobId(id), never);
    expect(clock.open).toBe(0);

    const abort = new AbortController();
    const waits = [1, 2, 3].map((n) => engine.waitForWork('q', `w${n}`, TYPES, 60_000, abort.signal));
    expect(clock.open).toBe(3);
    await clock.advance('1s');
    await engine.close();
    expect(clock.open).toBe(0);
    await soon(Promise.all(waits), 'the end of the waits');
    await expect(soon(watching, 'the end of the watch')).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('leaves no timer behind a bell, a timeout or an abort', async () => {
    const clock = new CountingClock();
    const engine = new MemoryEngine(clock);
    const abort = new AbortController();
    const waits = [
      engine.waitForWork('q', 'rung', TYPES, 60_000, never),
      engine.waitForWork('q', 'aborted', TYPES, 60_000, abort.signal),
      engine.waitForWork('q', 'late', TYPES, 1_000, never),
    ];
    await engine.enqueue([requestOf({ queue: 'q' })]);
    abort.abort();
    await clock.advance('1s');
    await soon(Promise.all(waits), 'the waits');
    expect(clock.open).toBe(0);
  });

  it('answers nothing once it is closed', async () => {
    const engine = new MemoryEngine();
    await engine.close();
    await engine.close();
    await expect(engine.enqueue([requestOf({ queue: 'q' })])).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(engine.queues()).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
  });

  it('keeps nothing of what the caller may change afterwards', async () => {
    const engine = new MemoryEngine();
    const overrides = { maxRetries: 1 };
    await engine.enqueue([requestOf({ queue: 'q', overrides })]);
    overrides.maxRetries = 9;
    expect((await workerOf(engine).claimOne()).overrides).toEqual({ maxRetries: 1 });
  });

  it('deletes in the sweep what is left of ended jobs, and only what has not been replaced', async () => {
    const clock = new ManualClock();
    const engine = new MemoryEngine(clock);
    const worker = workerOf(engine);
    await engine.enqueue(['a', 'b', 'c'].map((key) => requestOf({ queue: 'q', key })));
    const [a, b, c] = await worker.claim();
    await worker.settle(
      completed(a, { windowMs: 10 }),
      completed(b, { windowMs: 10 }),
      completed(c, { windowMs: 1_000 }),
    );
    await clock.advance(10);
    await engine.enqueue([requestOf({ queue: 'q', key: 'b' })]);
    const options = { queue: 'q', worker: 'w', noHandlerGraceMs: 1e9, noHandlerAlertMs: 1e9, intervalMs: 1 };
    expect(await engine.sweep(options)).toMatchObject({ tombstonesDeleted: 1 });
    await clock.advance('1s');
    expect(await engine.sweep(options)).toMatchObject({ tombstonesDeleted: 1 });
    expect(await engine.enqueue([requestOf({ queue: 'q', key: 'b' })])).toMatchObject([{ status: 'duplicate' }]);
  });

  it('claims, cancels and settles as fast before a backlog of 100,000 as before none', async () => {
    const engine = new MemoryEngine();
    const worker = workerOf(engine);
    const backlog = await engine.enqueue(
      Array.from({ length: 100_000 }, (_, n) => requestOf({ queue: 'q', key: n, delayMs: n % 2 })),
    );
    for (let n = 50_000; n < 60_000; n++) await engine.cancel(parseJobId(backlog[n].id));

    // Processor time: a machine that is busy with others must not fail it.
    const begun = process.cpuUsage();
    let settlements: ReturnType<typeof completed>[] = [];
    let done = 0;
    for (let turns = 0; turns < 400; turns++) {
      const { claimed } = await worker.turn({
        slots: 50,
        demand: [{ quota: 50, globalConcurrency: 1_000 }],
        settlements,
      });
      settlements = claimed.map((job) => completed(job, { windowMs: 0 }));
      done += claimed.length;
    }
    expect(done).toBe(20_000);
    // 400 turns take about 60 ms; a scan or an Array.shift in each would take seconds.
    expect(process.cpuUsage(begun).user / 1_000).toBeLessThan(2_000);
  });
});
