import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import type { SlotTake } from '../../../../lib/engine/cron.port.js';
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
