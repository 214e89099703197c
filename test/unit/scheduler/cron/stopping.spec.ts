import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import type { Clock } from '../../../../lib/core/clock.js';
import type { CronRecord } from '../../../../lib/core/cron-record.js';
import type { CronOptions } from '../../../../lib/decorators/cron.options.js';
import type { SlotTake } from '../../../../lib/engine/cron.port.js';
import { CronService } from '../../../../lib/scheduler/cron.service.js';
import { CronWatch } from '../../../../lib/scheduler/cron-watch.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, SlotBook, type Instance } from '../../../support/cron-instances.js';

const BEGIN = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

describe('once a scheduler stops', () => {
  it('no slot is asked for any more, and those that are left are found by whoever is next', async () => {
    const clock = new ManualClock(BEGIN);
    const engine = new MemoryEngine(clock);
    const book = new SlotBook(() => clock.now());
    const options = { name: 'books', timeZone: 'UTC', overlap: 'allow', missed: { all: 500 } } as const;
    const start = (store = book.watching(engine)): Instance => {
      const instance = cronInstance(store, clock, '* * * * *', options);
      instance.start();
      return instance;
    };
    const first = start();
    await clock.advance(1.5 * MINUTE);
    await first.stop();
    await clock.advance(300 * MINUTE);

    let stopping: Promise<void> | undefined;
    let askedLater = 0;
    const watched = book.watching(engine);
    const second = start({
      ...watched,
      takeSlot: async (take: SlotTake) => {
        if (stopping) askedLater++;
        const answer = await watched.takeSlot(take);
        if (book.accepted.length === 100) stopping ??= second.stop();
        return answer;
      },
    });
    await clock.advance(1);
    await stopping;
    expect(stopping).toBeDefined();
    expect(askedLater).toBe(0);

    start();
    await clock.advance(1);
    expect(book.accepted).toEqual(Array.from({ length: 301 }, (_, n) => BEGIN + (n + 1) * MINUTE));
    expect(book.missed.size).toBe(0);
  });
});

it('no slot is asked for once the worker drains', async () => {
  const clock = new ManualClock(BEGIN);
  const book = new SlotBook(() => clock.now());
  const engine = book.watching(new MemoryEngine(clock));
  const instance = cronInstance(engine, clock, '* * * * *', { name: 'books', timeZone: 'UTC', overlap: 'allow' });
  instance.start();
  await clock.advance(1.5 * MINUTE);
  expect(book.roundTrips).toBe(1);
  instance.bus.emit({ type: 'worker.draining', at: clock.now(), worker: 'web-1:1', running: 0 });
  await clock.advance(5 * MINUTE);
  expect(book.roundTrips).toBe(1);
  await instance.stop();
});

it.each([true, false])('with unrefTimeout %s, so is the timer of a slot', async (unrefTimeout) => {
  const clock = new ManualClock(BEGIN);
  const timers: [number, boolean | undefined][] = [];
  const watched: Clock = {
    now: () => clock.now(),
    schedule: (ms, run, options) => {
      timers.push([ms, options?.unref]);
      return clock.schedule(ms, run);
    },
  };
  const options = { name: 'books', timeZone: 'UTC', unrefTimeout };
  const instance = cronInstance(new MemoryEngine(clock), watched, '* * * * *', options);
  instance.start();
  await clock.advance(1);
  await instance.stop();
  expect(timers).toContainEqual([MINUTE, unrefTimeout]);
});

describe('an entry that is stopped on purpose', () => {
  let clock: ManualClock;
  let engine: MemoryEngine;
  let book: SlotBook;
  let instances: Instance[];
  const minutes = (...all: number[]): number[] => all.map((minute) => BEGIN + minute * MINUTE);

  beforeEach(() => {
    clock = new ManualClock(BEGIN);
    engine = new MemoryEngine(clock);
    book = new SlotBook(() => clock.now());
    instances = [];
  });
  afterEach(() => Promise.all(instances.map((instance) => instance.stop())));

  function start(options: CronOptions = {}): Instance {
    const entry = { name: 'books', timeZone: 'UTC', overlap: 'allow', missed: 'all', ...options } as CronOptions;
    const instance = cronInstance(book.watching(engine), clock, '* * * * *', { ...entry, name: 'books' });
    instances.push(instance);
    instance.start();
    return instance;
  }
  function set({ lane }: Instance, isStarted: boolean): void {
    lane.scheduler.setStarted(lane.find('books')!, isStarted);
  }
  /** Time passes while somebody looks at what should have happened. */
  async function watched(ms: number): Promise<string[]> {
    const watch = new CronWatch({ engine });
    for (let passed = 0; passed < ms; passed += 10_000) {
      await clock.advance(10_000);
      await watch.run('default');
    }
    return (await engine.takeAlerts('default', 100, 1)).map(({ kind }) => kind);
  }
  async function shown(): Promise<unknown> {
    const { lane } = instances[0];
    const [entry] = await new CronService({ engine, lanes: [lane], local: lane, instance: 'web-1:1' }).list();
    return [entry.state, entry.nextSlots.length];
  }
  async function history(): Promise<[number, CronRecord['why']][]> {
    const lines = (await engine.cronHistory('default', 'books')).map((text) => JSON.parse(text) as CronRecord);
    return lines.filter(({ outcome }) => outcome === 'missed').map(({ slot, why }) => [slot, why]);
  }

  it('raises no alert, and begins again with the slots after its start', async () => {
    const instance = start();
    await clock.advance(0.5 * MINUTE);
    set(instance, false);
    expect(await watched(5 * MINUTE)).toEqual([]);
    expect(await shown()).toEqual(['stopped', 0]);
    set(instance, true);
    expect(await watched(20_000)).toEqual([]);
    expect(await shown()).toEqual(['scheduled', 5]);
    await clock.advance(2 * MINUTE);
    expect(book.accepted).toEqual(minutes(6, 7));
    expect((await history()).reverse()).toEqual(minutes(1, 2, 3, 4, 5).map((slot) => [slot, 'stopped']));
  });

  it('is watched again once it was started', async () => {
    const instance = start();
    await clock.advance(0.5 * MINUTE);
    set(instance, false);
    await clock.advance(5 * MINUTE);
    set(instance, true);
    await clock.advance(10_000);
    await instance.stop();
    expect(await watched(5 * MINUTE)).toEqual(['cron.vanished']);
  });

  it.each<[string, CronOptions]>([
    ['disabled', { disabled: true }],
    ['delayed', { initialDelay: 10 * MINUTE }],
  ])('by being %s, after a deploy in which it ran, has not vanished', async (_, options) => {
    const before = start();
    await clock.advance(1.5 * MINUTE);
    await before.stop();
    start(options);
    expect(await watched(5 * MINUTE)).toEqual([]);
    expect(book.accepted).toEqual(minutes(1));
    expect((await engine.keptCron('default'))[0].seenAt).toBeGreaterThan(clock.now() - MINUTE);
  });

  it('and is started before its process attends to anything, begins with the slots after that', async () => {
    const before = start();
    await clock.advance(1.5 * MINUTE);
    await before.stop();
    await clock.advance(5 * MINUTE);
    const options = { name: 'books', timeZone: 'UTC', overlap: 'allow', missed: 'all', disabled: true } as const;
    const instance = cronInstance(book.watching(engine), clock, '* * * * *', options);
    instances.push(instance);
    set(instance, true);
    instance.start();
    await clock.advance(1 * MINUTE);
    expect(book.accepted).toEqual(minutes(1, 7));
  });

  it('takes nothing away from the processes that run it', async () => {
    const [one, another] = [start(), start()];
    await clock.advance(1.5 * MINUTE);
    set(one, false);
    await clock.advance(3 * MINUTE);
    set(one, true);
    await clock.advance(1 * MINUTE);
    await another.stop();
    await clock.advance(1 * MINUTE);
    expect(book.accepted).toEqual(minutes(1, 2, 3, 4, 5, 6));
    expect(await history()).toEqual([]);
  });
});
