import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../../lib/engine/memory/memory-store.js';
import type { CronOptions } from '../../../../lib/decorators/cron.options.js';
import type { CronRecord } from '../../../../lib/core/cron-record.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, SlotBook, wrongBy, type Instance } from '../../../support/cron-instances.js';
import { EngineScene } from '../../../support/engine-scene.js';
import { completed } from '../../../support/engine-settlements.js';

const BEGIN = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const minutes = (...all: number[]): number[] => all.map((minute) => BEGIN + minute * MINUTE);

it.each([
  ['each second', '* * * * * *', 120],
  ['each minute', '* * * * *', 2],
])(
  'the slots of %s are asked for at their very time by the store, with a clock that is wrong',
  async (_, expression, slots) => {
    const clock = new ManualClock(BEGIN);
    const book = new SlotBook(() => clock.now());
    const engine = book.watching(new MemoryEngine(clock));
    const instance = cronInstance(engine, wrongBy(-30 * MINUTE, clock), expression, {
      name: 'tick',
      timeZone: 'UTC',
      overlap: 'allow',
    });
    instance.start();
    await clock.advance(2 * MINUTE);
    await instance.stop();
    expect(book.leads).toEqual(Array.from({ length: slots }, () => 0));
  },
);

describe('slots that nobody could run', () => {
  let clock: ManualClock;
  let engine: MemoryEngine;
  let book: SlotBook;
  let instances: Instance[];

  function start(options: Partial<CronOptions> = {}, expression = '* * * * *', own = clock): Instance {
    const instance = cronInstance(book.watching(engine), own, expression, {
      ...({ name: 'books', timeZone: 'UTC', overlap: 'allow', ...options } as CronOptions & { name: string }),
    });
    instances.push(instance);
    instance.start();
    return instance;
  }
  const history = async (): Promise<CronRecord[]> =>
    (await engine.cronHistory('default', 'books')).map((text) => JSON.parse(text) as CronRecord);

  beforeEach(() => {
    clock = new ManualClock(BEGIN);
    engine = new MemoryEngine(clock, new MemoryStore());
    book = new SlotBook(() => clock.now());
    instances = [];
  });
  afterEach(() => Promise.all(instances.map((instance) => instance.stop())));

  /** Up at 0:00, down from 0:02:30 to 0:06:30. */
  async function away(options: Partial<CronOptions>): Promise<void> {
    const first = start(options);
    await clock.advance(2.5 * MINUTE);
    await first.stop();
    await clock.advance(4 * MINUTE);
    start(options);
    await clock.advance(1 * MINUTE);
  }

  it.each<[string, Partial<CronOptions>, number[], number[]]>([
    ['skip', { missed: 'skip' }, minutes(1, 2, 7), minutes(3, 4, 5, 6)],
    ['latest', { missed: 'latest' }, minutes(1, 2, 6, 7), minutes(3, 4, 5)],
    ['all', { missed: 'all' }, minutes(1, 2, 3, 4, 5, 6, 7), []],
    ['all: 2', { missed: { all: 2 } }, minutes(1, 2, 5, 6, 7), minutes(3, 4)],
  ])('while all instances were down, by policy %s', async (_, options, ran, missed) => {
    await away(options);
    expect(book.accepted).toEqual(ran);
    expect([...book.missed.keys()].sort()).toEqual(missed);
    expect(new Set(book.missed.values())).toEqual(new Set(missed.length > 0 ? ['down'] : []));
    const late = (await history()).filter(({ trigger, outcome }) => trigger === 'catch-up' && outcome === undefined);
    expect(late.map(({ slot }) => slot).sort()).toEqual(
      ran.filter((slot) => slot > minutes(2)[0] && slot < minutes(7)[0]),
    );
  });

  it('run beside the one that is due just now as many as all: n says', async () => {
    const first = start({ missed: { all: 1 } });
    await clock.advance(2.5 * MINUTE);
    await first.stop();
    await clock.advance(2.5 * MINUTE);
    start({ missed: { all: 1 } });
    await clock.advance(1);
    expect(book.accepted).toEqual(minutes(1, 2, 4, 5));
    expect([...book.missed.keys()]).toEqual(minutes(3));
  });

  it.each([
    [undefined, 250, true],
    [undefined, 251, false],
    [2_000, 2_000, true],
    [2_000, 2_001, false],
    [0, 1, false],
  ])('with threshold %s, a tick that comes %i ms late is in time: %s', async (threshold, lateMs, isInTime) => {
    start({ missed: 'skip', ...(threshold !== undefined && { threshold }) });
    await clock.advance(30_000);
    const jump = clock as unknown as { time: number };
    jump.time = minutes(1)[0] + lateMs;
    await clock.advance(1);
    expect(book.accepted).toEqual(isInTime ? minutes(1) : []);
    expect([...book.missed]).toEqual(isInTime ? [] : [[minutes(1)[0], 'late']]);
  });

  it('because the process was too busy are told apart', async () => {
    start({ missed: 'skip' });
    await clock.advance(1 * MINUTE);
    // Nothing ran in this process for three minutes: its timers fire late.
    const jump = clock as unknown as { time: number };
    jump.time += 3.5 * MINUTE;
    await clock.advance(1 * MINUTE);
    expect(book.accepted).toEqual(minutes(1, 5));
    expect([...book.missed]).toEqual(minutes(2, 3, 4).map((slot) => [slot, 'late']));
  });

  it('are none when an entry is new, or its expression was changed', async () => {
    start({ missed: 'all' }, '*/5 * * * *');
    await clock.advance(7 * MINUTE);
    await instances[0].stop();
    await clock.advance(30 * MINUTE);
    start({ missed: 'all' }, '*/10 * * * *');
    await clock.advance(4 * MINUTE);
    expect(book.accepted).toEqual(minutes(5, 40));
    expect(book.missed.size).toBe(0);
  });

  it('are recorded one by one up to the newest 100, and counted beyond', async () => {
    const first = start({ missed: 'skip' }, '* * * * * *');
    await clock.advance(1_500);
    await first.stop();
    await clock.advance(200_000);
    start({ missed: 'skip' }, '* * * * * *');
    await clock.advance(500);
    expect(book.missed.size).toBe(100);
    const alerts = await engine.takeAlerts('default', 10, 1);
    expect(alerts.map(({ kind, data }) => [kind, (JSON.parse(data) as { slots: number }).slots])).toEqual([
      ['cron.missed', 200],
    ]);
  });

  it('come at a single date, which never comes again', async () => {
    const at = new Date(BEGIN + 90_000);
    const instance = cronInstance(book.watching(engine), clock, at as unknown as string, {
      name: 'once',
      timeZone: 'UTC',
    });
    instances.push(instance);
    instance.start();
    await clock.advance('2h');
    expect(book.accepted).toEqual([at.getTime()]);
  });

  it('are run one after the other, several of them, though overlap: skip would skip them', async () => {
    await away({ missed: 'all', overlap: 'skip' });
    // The first is not over: 2 is skipped, and so is 7, which is in time; those that were missed wait for it.
    expect(book.accepted).toEqual(minutes(1, 3, 4, 5, 6));
    expect(book.missed.size).toBe(0);
    const records = (await history()).filter(({ outcome }) => outcome === 'skipped');
    expect(records.map(({ slot, why }) => [slot, why]).sort()).toEqual(minutes(2, 7).map((slot) => [slot, 'overlap']));
  });

  it('are skipped by overlap: skip where it is a single one', async () => {
    await away({ missed: 'latest', overlap: 'skip' });
    expect(book.accepted).toEqual(minutes(1));
  });

  it('are not asked for before the initial delay is over, and then by policy', async () => {
    start({ initialDelay: 150_000 });
    await clock.advance(2.4 * MINUTE);
    expect(book.accepted).toEqual([]);
    await clock.advance(1 * MINUTE);
    expect(book.accepted).toEqual(minutes(2, 3));
    expect([...book.missed.keys()]).toEqual(minutes(1));
  });
});

describe('a run that is not over', () => {
  it.each([
    ['skip', 1, 1],
    ['queue-one', 2, 1],
    ['allow', 4, 4],
  ] as const)(
    'by overlap %s leaves %i accepted of four slots, %i of them at once',
    async (overlap, accepted, atOnce) => {
      const clock = new ManualClock(BEGIN);
      const engine = new MemoryEngine(clock);
      const book = new SlotBook(() => clock.now());
      const instance = cronInstance(book.watching(engine), clock, '* * * * *', {
        name: 'books',
        timeZone: 'UTC',
        overlap,
      });
      instance.start();
      const scene = new EngineScene({
        ...{ engine, second: engine },
        elapse: (ms) => clock.advance(ms),
        close: () => engine.close(),
      });
      const worker = scene.stranger(engine, 'default');
      const globalConcurrency = overlap === 'allow' ? undefined : 1;
      await clock.advance(4 * MINUTE);
      expect(book.accepted).toHaveLength(accepted);
      const claimed = await worker.claim({
        demand: [{ type: 'books', ...(globalConcurrency && { globalConcurrency }) }],
      });
      expect(claimed).toHaveLength(atOnce);
      await worker.settle(...claimed.map((run) => completed(run)));
      await instance.stop();
    },
  );
});
