import { MemoryEngine } from '../../lib/engine/memory/memory.engine.js';
import { MemoryStore } from '../../lib/engine/memory/memory-store.js';
import { ManualClock } from '../../lib/testing/manual-clock.js';
import type { EngineHarness } from './engine-harness.js';

export async function memoryHarness(store = new MemoryStore()): Promise<EngineHarness> {
  const clock = new ManualClock();
  const engine = new MemoryEngine(clock, store);
  const second = new MemoryEngine(clock, store);
  await engine.open();
  await second.open();
  return {
    engine,
    second,
    elapse: (ms) => clock.advance(ms),
    close: async () => {
      await engine.close();
      await second.close();
    },
  };
}
