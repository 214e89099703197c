import type { AlertWrite, AlertWritten, JobAlerts, KeptAlert } from '../alert.port.js';
import type { MemoryStore } from './memory-store.js';

export class MemoryAlerts implements JobAlerts {
  constructor(private readonly store: MemoryStore) {}

  async keptAlerts(queue: string): Promise<readonly KeptAlert[]> {
    return [...(this.store.find(queue)?.alerts.values() ?? [])];
  }

  async writeAlerts(
    name: string,
    writes: readonly AlertWrite[],
    entryIds: readonly string[] = [],
  ): Promise<AlertWritten> {
    const { alerts, outbox } = this.store.queue(name);
    if (!outbox.mayCount(entryIds)) return 'counted';
    if (writes.some(({ key, revision }) => (alerts.get(key)?.revision ?? 0) !== revision)) return 'outdated';
    for (const { key, revision, text } of writes) {
      if (text === undefined) alerts.delete(key);
      else alerts.set(key, { key, revision: revision + 1, text });
    }
    outbox.count(entryIds);
    return 'written';
  }
}
