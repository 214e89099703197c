import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../../../lib/engine/memory/memory-store.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';
import { cronInstance, SlotBook, wrongBy, type Instance } from '../../../support/cron-instances.js';

const HOUR = 3_600_000;
const BEGIN = Date.UTC(2030, 0, 1);
const SLOTS = 10_000;
const INSTANCES = 10;

/** The same numbers in each run. */
function pseudoRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 1_103_515_245 + 12_345) % 2 ** 31) / 2 ** 31;
}

describe('ten instances with clocks off by up to an hour, restarted at the tick', () => {
  jest.setTimeout(300_000);

  it(`run each of ${SLOTS} slots at most once, and record each that nobody runs`, async () => {
    const clock = new ManualClock(BEGIN);
    const random = pseudoRandom(7);
    const engine = new MemoryEngine(clock, new MemoryStore());
    const book = new SlotBook(() => clock.now());
    const born = (): Instance => {
      const wrong = wrongBy((random() * 2 - 1) * HOUR, clock);
      return cronInstance(book.watching(engine), wrong, '* * * * * *', {
        name: 'tick',
        timeZone: 'UTC',
        overlap: 'allow',
      });
    };
    const instances = Array.from({ length: INSTANCES }, born);
    for (const instance of instances) instance.start();
    await clock.advance(0);
    for (let second = 0; second < SLOTS; second += 20) {
      const all = second % 2_000 === 0 && second > 0;
      const victims = all ? instances.map((_, i) => i) : [Math.floor(random() * INSTANCES)];
      // Some at the tick, some in between; where all are gone, nobody is there for some slots.
      await clock.advance(random() < 0.5 ? 20_000 : 19_500);
      await Promise.all(victims.map((i) => instances[i].stop()));
      if (all) await clock.advance(5_000);
      for (const i of victims) (instances[i] = born()).start();
      await clock.advance(1_000 - (clock.now() % 1_000 || 1_000));
    }
    await clock.advance(2_000);
    await Promise.all(instances.map((instance) => instance.stop()));

    const last = book.accepted.at(-1)!;
    expect(last - BEGIN).toBeGreaterThanOrEqual(SLOTS * 1_000);
    expect(new Set(book.accepted).size).toBe(book.accepted.length);
    expect(book.mostEarly).toBeLessThanOrEqual(0);
    const slots = Array.from({ length: (last - BEGIN) / 1_000 }, (_, n) => BEGIN + (n + 1) * 1_000);
    const accepted = new Set(book.accepted);
    expect(slots.filter((slot) => !accepted.has(slot) && !book.missed.has(slot))).toEqual([]);
    expect(slots.filter((slot) => accepted.has(slot) && book.missed.has(slot))).toEqual([]);
    expect(new Set(book.missed.values())).toEqual(new Set(['down']));
    expect(book.missed.size).toBeGreaterThan(10);
    const [{ accepted: jobs }] = (await engine.stats('default')).types;
    expect(jobs).toBe(book.accepted.length);
  });
});
