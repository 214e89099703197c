import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { EngineTimeoutError } from '../../../lib/engine/engine.errors.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import { ManualClock } from '../../../lib/testing/manual-clock.js';
import { ProcessFigures } from '../../../lib/monitoring/metrics/process-figures.js';

const JOB = { id: 'q~t~k~o', name: 't', queue: 'q', at: 0 };

describe('what a process counts by itself', () => {
  function counting(): { bus: JobEventBus; sent: Record<string, number>[]; figures: ProcessFigures; fail: boolean } {
    const bus = new JobEventBus(() => undefined);
    const state = { bus, sent: [] as Record<string, number>[], fail: false };
    const addFigures = async (_: string, figures: ReadonlyMap<string, number>): Promise<void> => {
      if (state.fail) throw new Error('away');
      state.sent.push(Object.fromEntries(figures));
    };
    return Object.assign(state, { figures: new ProcessFigures(bus, { addFigures }) });
  }

  it('is how long jobs waited for their first start, zombies and lost leases', async () => {
    const { bus, sent, figures } = counting();
    for (const waitedMs of [0, 5, 5]) bus.countStart('q', 't', waitedMs);
    bus.emit({ type: 'job.zombie', ...JOB, attempt: 1, ended: false, zombies: 1 });
    bus.emit({ type: 'job.zombie', ...JOB, attempt: 1, ended: true, zombies: 0 });
    bus.emit({ type: 'job.lease-lost', ...JOB, attempt: 1 });
    await figures.flush();
    await figures.flush();
    expect(sent).toEqual([{ 'wait:t:0': 1, 'wait:t:10': 2, 'zombies:t': 1, 'leases-lost:t': 1 }]);
  });

  it('is kept while the store is away', async () => {
    const state = counting();
    state.fail = true;
    state.bus.emit({ type: 'job.lease-lost', ...JOB, attempt: 1 });
    await expect(state.figures.flush()).rejects.toThrow('away');
    state.fail = false;
    state.bus.emit({ type: 'job.lease-lost', ...JOB, attempt: 1 });
    await state.figures.flush();
    expect(state.sent).toEqual([{ 'leases-lost:t': 1 }, { 'leases-lost:t': 1 }]);
  });

  it('is counted once when the store took it and its answer got lost, also among what came later', async () => {
    const clock = new ManualClock();
    const engine = new MemoryEngine(clock, new MemoryStore());
    const bus = new JobEventBus(() => undefined);
    let losesAnswers = true;
    const figures = new ProcessFigures(bus, {
      addFigures: async (...args) => {
        await engine.addFigures(...args);
        if (losesAnswers) throw new EngineTimeoutError('no answer');
      },
    });
    bus.emit({ type: 'job.lease-lost', ...JOB, attempt: 1 });
    await expect(figures.flush()).rejects.toThrow(EngineTimeoutError);
    bus.emit({ type: 'job.lease-lost', ...JOB, attempt: 1 });
    await expect(figures.flush()).rejects.toThrow(EngineTimeoutError);
    losesAnswers = false;
    await figures.flush();
    const [minute] = await engine.minuteFigures('q', [Math.floor(clock.now() / 60_000)]);
    expect(Object.fromEntries(minute.figures)).toEqual({ 'leases-lost:t': 2 });
  });

  it('is nothing any more once it is closed', () => {
    const { bus, figures } = counting();
    figures.close();
    bus.countStart('q', 't', 5);
    expect(bus.hasListeners).toBe(false);
  });
});
