import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, SlotBook } from '../../../support/cron-instances.js';

const BEGIN = Date.UTC(2030, 0, 1);
const MINUTE = 60_000;

it.each([
  ['takeSlot', 'cron books', 10_000],
  ['declareCron', 'cron of queue default', 0],
  ['storeTime', 'cron of queue default', 0],
] as const)(
  'a store that fails at %s is asked again after 1 s; that and its end are told once',
  async (call, what, at) => {
    const clock = new ManualClock(BEGIN);
    const book = new SlotBook(() => clock.now());
    const engine = book.watching(new MemoryEngine(clock));
    const asked: number[] = [];
    const told: string[] = [];
    let isDown = true;
    const shaky = {
      ...engine,
      [call]: async (...args: unknown[]): Promise<unknown> => {
        asked.push(clock.now() - BEGIN);
        if (isDown) throw new Error('no connection');
        return (engine[call] as (...all: unknown[]) => Promise<unknown>)(...args);
      },
    };
    const silent = (): void => undefined;
    const tell = (text: string): void => void told.push(text);
    const logger = { log: tell, warn: tell, error: silent, debug: silent };
    const options = { name: 'books', timeZone: 'UTC', threshold: 10_000 };
    const instance = cronInstance(shaky, clock, '10 * * * * *', options, logger);
    instance.start();
    const failure = `${what}: no connection; it is tried again`;
    const recovery = `${what}: the store answers again`;
    await clock.advance(at + 3_500);
    expect(asked).toEqual([0, 1_000, 2_000, 3_000].map((ms) => at + ms));
    expect(told).toEqual([failure]);
    isDown = false;
    await clock.advance(2_000);
    expect(told).toEqual([failure, recovery]);
    await clock.advance(MINUTE);
    expect(told).toEqual([failure, recovery]);
    expect(book.accepted).toContain(BEGIN + 10_000);
    isDown = true;
    await clock.advance(MINUTE);
    if (call !== 'storeTime') expect(told).toEqual([failure, recovery, failure]);
    await instance.stop();
  },
);
