import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import { HISTOGRAM_ERROR } from '../../../lib/engine/duration-histogram.js';
import { JobMetrics } from '../../../lib/monitoring/metrics/job-metrics.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import type { Settlement } from '../../../lib/engine/consumer.port.js';
import type { EngineHarness } from '../../support/engine-harness.js';
import { EngineScene } from '../../support/engine-scene.js';
import { buried, completed, retried } from '../../support/engine-settlements.js';
import { EngineWorker } from '../../support/engine-worker.js';

const MINUTE_MS = 60_000;

interface Stage {
  readonly clock: ManualClock;
  readonly scene: EngineScene;
  readonly metrics: JobMetrics;
  readonly elsewhere: JobMetrics;
  /** Runs so many jobs: some complete, some fail and are tried again, some die. */
  run(jobs: { done?: number; retried?: number; dead?: number; ms?: number; type?: string }): Promise<void>;
}

function stage(startAt: string, timeZone = 'UTC'): Stage {
  const clock = new ManualClock(new Date(startAt));
  const store = new MemoryStore();
  const engine = new MemoryEngine(clock, store);
  const second = new MemoryEngine(clock, store);
  const harness: EngineHarness = { engine, second, elapse: (ms) => clock.advance(ms), close: async () => undefined };
  const scene = new EngineScene(harness);
  const worker = new EngineWorker(harness, scene.queue, 'w');
  return {
    ...{ clock, scene },
    metrics: new JobMetrics({ engine, timeZone }),
    elsewhere: new JobMetrics({ engine: second, timeZone }),
    run: async ({ done = 0, retried: again = 0, dead = 0, ms = 10, type = 'task' }) => {
      const count = done + again + dead;
      await scene.enqueueMany(count, { type });
      const jobs = await worker.claim({ slots: count, demand: [{ type }] });
      const ends = jobs.map((job, n): Settlement => {
        const end = n < done ? completed(job) : n < done + again ? retried(job, { delayMs: 86_400_000 }) : buried(job);
        return { ...end, durationMs: ms } as Settlement;
      });
      await worker.settle(...ends);
    },
  };
}

describe('JobMetrics', () => {
  it('tells what happened to each type in a window, and the same on every instance', async () => {
    const { scene, metrics, elsewhere, run, clock } = stage('2026-11-26T12:00:00Z');
    await scene.engine.noteDepths(scene.queue);
    await clock.advance('2m');
    await run({ done: 6, retried: 3, dead: 1, ms: 200 });
    await run({ done: 2, type: 'other' });
    await clock.advance('30s');
    const types = await metrics.types('fiveMinutes');
    expect(types.map(({ name }) => name)).toEqual(['other', 'task']);
    const [, task] = types;
    expect(task).toMatchObject({
      ...{ queue: scene.queue, name: 'task', accepted: 10, completed: 6, failed: 4, retried: 3, buried: 1 },
      ...{ buriedByReason: { exhausted: 1 }, failureRate: 0.4, retryRate: 0.3, stalled: 0 },
      depth: { scheduled: 3, waiting: 0, active: 0, dead: 1 },
    });
    expect(task.processingRate).toBeCloseTo(6 / 330, 5);
    expect(task.processing.count).toBe(10);
    for (const told of [task.processing.average, task.processing.p50, task.processing.p99])
      expect(Math.abs(told! - 200) / 200).toBeLessThanOrEqual(HISTOGRAM_ERROR);
    expect(await elsewhere.types('fiveMinutes')).toEqual(types);
    expect(await metrics.types('fiveMinutes', { name: 'other' })).toEqual([types[0]]);
    expect(await metrics.types('fiveMinutes', { queue: 'nowhere' })).toEqual([]);
  });

  it('lets what is past leave its windows one after the other', async () => {
    const { metrics, run, clock } = stage('2026-11-26T12:00:30Z');
    const seen: number[][] = [];
    await run({ done: 1 });
    for (const wait of ['0ms', '2m', '4m', '1h'] as const) {
      await clock.advance(wait);
      const told = [];
      for (const window of ['minute', 'fiveMinutes', 'hour', 'today'] as const)
        told.push((await metrics.types(window))[0].completed);
      seen.push(told);
    }
    expect(seen).toEqual([
      [1, 1, 1, 1],
      [0, 1, 1, 1],
      [0, 0, 1, 1],
      [0, 0, 0, 1],
    ]);
  });

  it('begins a day at midnight of its zone', async () => {
    const { metrics, run, clock } = stage('2026-11-26T22:50:00Z', 'Europe/Berlin');
    await run({ done: 5, retried: 2, dead: 1 });
    await clock.advance('9m');
    expect(await metrics.today()).toMatchObject({ processed: 5, failed: 3, buried: 1, dead: 1 });
    await clock.advance('2m');
    await run({ done: 1 });
    const today = await metrics.today();
    expect(today).toMatchObject({ processed: 1, failed: 0, buried: 0, dead: 1 });
    expect(new Date(today.from).toISOString()).toBe('2026-11-26T23:00:00.000Z');
  });

  it.each([
    ['25 hours when clocks go back', '2026-10-24T21:59:30Z', 25],
    ['23 hours when they go forward', '2026-03-28T22:59:30Z', 23],
  ])('counts a day of %s as one', async (_, justBefore, hours) => {
    const { metrics, run, clock } = stage(justBefore, 'Europe/Berlin');
    await run({ done: 100 });
    await clock.advance('30s');
    for (let hour = 0; hour < hours; hour++) {
      await run({ done: 1 });
      await clock.advance(hour === hours - 1 ? '59m' : '1h');
    }
    expect((await metrics.today()).processed).toBe(hours);
    await clock.advance('1m');
    expect((await metrics.today()).processed).toBe(0);
  });

  it('gives every minute of a day, those without anything too, and forgets older ones', async () => {
    const { scene, metrics, run, clock } = stage('2026-11-26T12:00:00Z');
    await run({ done: 3, ms: 50 });
    await scene.enqueueMany(4);
    await scene.engine.noteDepths(scene.queue);
    await clock.advance('10m');
    await run({ dead: 2, type: 'other' });
    const points = await metrics.series({}, 60);
    expect(points).toHaveLength(60);
    expect(points.at(-11)).toMatchObject({ completed: 3, failed: 0, waiting: 4, dead: 0 });
    expect(points.at(-11)!.p95).toBeGreaterThan(40);
    expect(points.at(-5)).toEqual({
      ...{ at: points.at(-1)!.at - 4 * MINUTE_MS, completed: 0, failed: 0, retried: 0, buried: 0, stalled: 0 },
    });
    expect(points.at(-1)).toMatchObject({ completed: 0, failed: 2, buried: 2 });
    expect((await metrics.series({ name: 'task' }, 60)).at(-1)).toMatchObject({ failed: 0 });
    await clock.advance('23h');
    expect((await metrics.series({}, 1_440)).reduce((sum, { completed: done }) => sum + done, 0)).toBe(3);
    await clock.advance('2h');
    await run({ done: 1 });
    const minute = Math.floor(clock.now() / MINUTE_MS);
    const kept = await scene.engine.minuteFigures(scene.queue, [minute - 1_520, minute - 1_510, minute]);
    expect(kept.map((each) => each.minute)).toEqual([minute]);
    await expect(metrics.series({}, 1_441)).rejects.toMatchObject({ code: 'LIMIT_INVALID' });
  });

  it('reads minutes of a series that are over only once, and those that may change anew', async () => {
    const { scene, metrics, elsewhere, run, clock } = stage('2026-11-26T12:00:00Z');
    const read = jest.spyOn(scene.engine, 'minuteFigures');
    const minutesRead = (): number => {
      const count = read.mock.calls.reduce((sum, [, minutes]) => sum + minutes.length, 0);
      read.mockClear();
      return count;
    };
    await run({ done: 3 });
    await clock.advance('5m');
    const first = await metrics.series({}, 1_440);
    expect(minutesRead()).toBe(1_440);
    await run({ done: 1 });
    const second = await metrics.series({}, 1_440);
    expect(minutesRead()).toBe(2);
    expect([first.at(-1)!.completed, second.at(-1)!.completed]).toEqual([0, 1]);
    expect(second.slice(0, -1)).toEqual(first.slice(0, -1));
    for (const span of ['1m', '3m', '1h'] as const) {
      await clock.advance(span);
      await run({ done: 1, type: 'other' });
      for (const query of [{}, { queue: scene.queue }, { name: 'task' }, { name: 'other' }])
        for (const minutes of [30, 1_440])
          expect(await metrics.series(query, minutes)).toEqual(
            await new JobMetrics({ engine: scene.second, timeZone: 'UTC' }).series(query, minutes),
          );
    }
    expect((await metrics.series({}, 60)).length).toBe(60);
    expect(await metrics.series({}, 1_440)).toEqual(await elsewhere.series({}, 1_440));
  });

  it('tells how long the oldest job waits', async () => {
    const { scene, metrics, clock } = stage('2026-11-26T12:00:00Z');
    await scene.enqueue();
    await clock.advance('90s');
    await scene.enqueue();
    const [{ depth }] = await metrics.types('minute');
    expect(depth).toEqual({ scheduled: 0, waiting: 2, active: 0, dead: 0, oldestWaitingMs: 90_000 });
  });

  it('counts what was accepted in the window, of types that are new as well', async () => {
    const { scene, metrics, clock } = stage('2026-11-26T12:00:00Z');
    await scene.enqueueMany(7);
    await scene.engine.noteDepths(scene.queue);
    await clock.advance('3m');
    await scene.engine.noteDepths(scene.queue);
    await clock.advance('1m');
    await scene.enqueueMany(2);
    await scene.enqueueMany(5, { type: 'new' });
    await clock.advance('20s');
    const accepted = Object.fromEntries((await metrics.types('minute')).map((each) => [each.name, each.accepted]));
    expect(accepted).toEqual({ task: 2, new: 5 });
  });

  it('adds up the workers of all queues, each once', async () => {
    const { scene, metrics } = stage('2026-11-26T12:00:00Z');
    const other = scene.otherQueue('other');
    const worker = await scene.worker();
    await new EngineWorker(scene.harness, other, worker.id).beat();
    await scene.worker();
    expect(await metrics.workforce()).toMatchObject({
      ...{ workers: 2, draining: 0, slots: 200, freeSlots: 200, running: 0, zombies: 0 },
    });
  });
});
