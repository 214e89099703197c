import { MemoryEngine } from '../../../../lib/engine/memory/memory.engine.js';
import { ManualClock } from '../../../../lib/testing/manual-clock.js';

describe('a definition of an entry that nobody declares any more', () => {
  let clock: ManualClock;
  let engine: MemoryEngine;

  async function isOutdated(fingerprint: string, bootedAt: number): Promise<boolean> {
    const entries = [{ name: 'books', fingerprint, definition: JSON.stringify({ fingerprint }) }];
    const { standings } = await engine.declareCron({ queue: 'default', bootedAt, entries });
    return standings[0].isOutdated;
  }

  beforeEach(async () => {
    clock = new ManualClock();
    engine = new MemoryEngine(clock);
    await isOutdated('newest', 30);
  });

  it('gives way to that of an older process once it is 90 s old, and not before', async () => {
    await clock.advance(90_000);
    expect(await isOutdated('oldest', 10)).toBe(true);
    await clock.advance(1);
    expect(await isOutdated('oldest', 10)).toBe(false);
    const definition = JSON.stringify({ fingerprint: 'oldest' });
    expect(await engine.keptCron('default')).toMatchObject([{ fingerprint: 'oldest', definition, bootedAt: 10 }]);
  });

  it('leaves behind no boot: whoever started after the older process counts from then on', async () => {
    await clock.advance(90_001);
    await isOutdated('oldest', 10);
    expect(await isOutdated('older still', 5)).toBe(true);
    expect(await isOutdated('middle', 20)).toBe(false);
    expect(await isOutdated('oldest', 10)).toBe(true);
  });
});
