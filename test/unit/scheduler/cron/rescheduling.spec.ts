import { SchedulerRegistry } from '@nestjs/schedule';
import { CronTime } from 'cron';
import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { SchedulerEntries } from '../../../../lib/scheduler/registry/scheduler-entries.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, SlotBook, type Instance } from '../../../support/cron-instances.js';

const BEGIN = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;
const minutes = (...all: number[]): number[] => all.map((minute) => BEGIN + minute * MINUTE);

describe('an entry whose time is set through its CronJob', () => {
  let clock: ManualClock;
  let book: SlotBook;
  let engine: MemoryEngine;
  let warnings: string[];
  let instances: Instance[];

  beforeEach(() => {
    clock = new ManualClock(BEGIN);
    engine = new MemoryEngine(clock);
    book = new SlotBook(() => clock.now());
    [warnings, instances] = [[], []];
  });
  afterEach(() => Promise.all(instances.map((instance) => instance.stop())));

  function start(): Instance {
    const options = { name: 'books', timeZone: 'UTC', overlap: 'allow' } as const;
    const instance = cronInstance(book.watching(engine), clock, '*/10 * * * *', options);
    instances.push(instance);
    instance.start();
    return instance;
  }
  function setTime({ lane: { scheduler } }: Instance, expression: string): void {
    const registry = new SchedulerRegistry();
    const nothing = (): void => undefined;
    const entries = new SchedulerEntries({
      ...{
        registry,
        others: new Map(),
        logger: { log: nothing, error: nothing, debug: nothing, warn: (text) => void warnings.push(String(text)) },
      },
      changed: (entry) => scheduler.look(entry),
      setStarted: (entry, isStarted) => scheduler.setStarted(entry, isStarted),
      isAttending: (entry) => scheduler.isAttending(entry),
      now: () => scheduler.now(),
      fire: async () => undefined,
    });
    for (const entry of scheduler.entries) entries.add(entry);
    registry.getCronJob('books').setTime(new CronTime(expression, 'UTC'));
  }

  it('is run by this process alone, and by the others again when it is gone', async () => {
    const [one] = [start(), start()];
    await clock.advance(11 * MINUTE);
    setTime(one, '*/3 * * * *');
    await clock.advance(10 * MINUTE);
    expect(book.accepted).toEqual(minutes(10, 12, 15, 18, 21));
    await one.stop();
    await clock.advance(20 * MINUTE);
    expect(book.accepted).toEqual(minutes(10, 12, 15, 18, 21, 30, 40));
    expect(book.missed.size).toBe(0);
  });

  it('goes by what is declared once another process starts', async () => {
    const one = start();
    await clock.advance(11 * MINUTE);
    setTime(one, '*/3 * * * *');
    await clock.advance(5 * MINUTE);
    start();
    await clock.advance(15 * MINUTE);
    expect(book.accepted).toEqual(minutes(10, 12, 15, 20, 30));
  });

  it('says for how long and for whom', async () => {
    const one = start();
    await clock.advance(1_000);
    setTime(one, '*/3 * * * *');
    expect(warnings).toEqual([
      expect.stringMatching(
        /rescheduled to \*\/3 .* Until a process starts .* this one alone runs it.* after 90 s/,
      ) as string,
    ]);
  });
});
