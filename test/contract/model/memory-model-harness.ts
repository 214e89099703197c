import { MemoryStore } from '../../../lib/engine/memory/memory-store.js';
import { memoryHarness } from '../../support/engine-memory-harness.js';
import type { ModelHarness, StoreContents } from './model-harness.js';

export async function memoryModelHarness(): Promise<ModelHarness> {
  const store = new MemoryStore();
  return {
    ...(await memoryHarness(store)),
    begin: () => Promise.resolve(),
    inspect: (queue) => Promise.resolve(contentsOf(store, queue)),
  };
}

function contentsOf(store: MemoryStore, name: string): StoreContents {
  const queue = store.find(name);
  const types = [...(queue?.types.values() ?? [])];
  const records = types.flatMap(({ type, slots }) => [...slots.keys()].map((slotKey) => `${type}~${slotKey}`));
  const active = [...(queue?.activeByWorker.values() ?? [])].flatMap((held) => [...held]);
  return { records, details: active.map(({ op }) => ({ where: 'active', op })), strangers: [] };
}
