import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import type { CronOptions } from '../../../../lib/decorators/cron.options.js';
import { CronService } from '../../../../lib/scheduler/cron.service.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, type Instance } from '../../../support/cron-instances.js';

const NOON = Date.UTC(2030, 0, 1, 12);
const BY = { actor: 'ada', reason: 'the bank is closed' };

describe('an entry that was moved', () => {
  let clock: ManualClock;
  let engine: MemoryEngine;
  let ownStore: MemoryEngine;
  let instances: Instance[];

  beforeEach(() => {
    clock = new ManualClock(NOON);
    engine = new MemoryEngine(clock);
    ownStore = new MemoryEngine(clock);
    instances = [];
  });
  afterEach(() => Promise.all(instances.map((instance) => instance.stop())));

  async function process(store: MemoryEngine, options: CronOptions, isStarted = true): Promise<Instance> {
    const entry = { name: 'books', timeZone: 'UTC', ...options } as CronOptions & { name: string };
    const instance = cronInstance(store, clock, '0 * * * *', entry);
    instances.push(instance);
    if (isStarted) instance.start();
    await clock.advance(1);
    return instance;
  }
  /** What the deploy before declared, until now or until two minutes ago. */
  async function before(options: CronOptions, isGone: boolean): Promise<void> {
    const old = await process(engine, options);
    await old.stop();
    if (isGone) await clock.advance('2m');
  }
  async function service({ shared, local }: { shared?: Instance; local?: Instance }): Promise<CronService> {
    const nothing = (await process(engine, { queue: 'none' }, false)).lane;
    Object.assign(nothing, { find: () => undefined, all: () => [] });
    const lanes = [shared?.lane ?? nothing];
    return new CronService({ engine, lanes, local: local?.lane ?? nothing, instance: 'web-1:1' });
  }
  const pausedIn = async (store: MemoryEngine, queue: string): Promise<boolean | undefined> =>
    (await store.keptCron(queue)).find(({ name }) => name === 'books')?.isPaused;

  it('to another queue is paused, run and looked up where this process declares it', async () => {
    await before({ queue: 'a' }, true);
    const cron = await service({ shared: await process(engine, { queue: 'b' }) });
    await cron.pause('books', BY);
    expect([await pausedIn(engine, 'a'), await pausedIn(engine, 'b')]).toEqual([false, true]);
    const { status } = await cron.runNow('books', BY);
    expect(status).toBe('accepted');
    expect(await cron.history('books')).toHaveLength(1);
    expect(await engine.cronHistory('b', 'books')).toHaveLength(1);
  });

  it('to lock: false is paused in this process', async () => {
    await before({ lock: 'redis' }, true);
    const cron = await service({ local: await process(ownStore, { lock: false }) });
    await cron.pause('books', BY);
    expect([await pausedIn(engine, 'default'), await pausedIn(ownStore, 'default')]).toEqual([false, true]);
  });

  it('stands in the list twice while what it left behind is unattended, and can be forgotten', async () => {
    await before({ queue: 'a' }, false);
    const cron = await service({ shared: await process(engine, { queue: 'b' }) });
    const states = async (): Promise<string[][]> => (await cron.list()).map(({ queue, state }) => [queue, state]);
    expect(await states()).toEqual([['b', 'scheduled']]);
    await clock.advance('2m');
    expect(await states()).toEqual([
      ['b', 'scheduled'],
      ['a', 'unattended'],
    ]);
    await cron.forget('books', BY);
    expect(await states()).toEqual([['b', 'scheduled']]);
    expect(await engine.keptCron('a')).toEqual([]);
    await cron.forget('books', BY);
    expect(await engine.keptCron('b')).toEqual([]);
  });

  it('is the one seen last where no process declares it, and nothing that was left behind while it is not known yet', async () => {
    await before({ queue: 'b' }, true);
    await before({ queue: 'a' }, true);
    const onlooker = await service({});
    await onlooker.pause('books', BY);
    expect([await pausedIn(engine, 'a'), await pausedIn(engine, 'b')]).toEqual([true, false]);
    const newcomer = await service({ shared: await process(engine, { queue: 'c' }, false) });
    await expect(newcomer.pause('books', BY)).rejects.toMatchObject({ code: 'CRON_UNKNOWN' });
    await expect(newcomer.runNow('books', BY)).rejects.toMatchObject({ code: 'CRON_UNKNOWN' });
  });

  it('is judged by the clock of its store', async () => {
    const cron = await service({ local: await process(ownStore, { lock: false }) });
    jest.spyOn(engine, 'storeTime').mockResolvedValue(clock.now() + 600_000);
    expect(await cron.list()).toMatchObject([
      { state: 'scheduled', nextSlots: expect.arrayContaining([NOON + 3_600_000]) as number[] },
    ]);
  });
});

it('lists every entry although nobody here can read one of them', async () => {
  const engine = new MemoryEngine(new ManualClock(NOON));
  const local = cronInstance(engine, new ManualClock(NOON), '0 * * * *', { name: 'own', timeZone: 'UTC' }).lane;
  const cron = new CronService({
    engine,
    lanes: [],
    local: Object.assign(local, { all: () => [] }),
    instance: 'web-1:1',
  });
  const declare = (name: string, timeZone: string, expression = '0 * * * *'): Promise<unknown> => {
    const definition = JSON.stringify({
      ...{ schedule: { expression, zone: { timeZone }, changes: {} }, lock: 'engine', overlap: 'skip' },
      ...{ mostLive: 1, graceMs: 60_000, declaredBy: 'Books.run', level: 1, severity: 'error' },
    });
    return engine.declareCron({ queue: 'default', bootedAt: NOON, entries: [{ name, fingerprint: 'f', definition }] });
  };
  await declare('here', 'UTC');
  await declare('on-mars', 'Mars/Base');
  await declare('never', 'UTC', '0 0 31 2 *');
  expect((await cron.list()).map(({ name, zone, nextSlots }) => [name, zone, nextSlots.length])).toEqual([
    ['here', 'UTC', 5],
    ['never', 'UTC', 0],
    ['on-mars', 'Mars/Base', 0],
  ]);
});
