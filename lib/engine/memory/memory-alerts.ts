import type { AuditLine, AlertWrite, AlertWritten, JobAlerts, KeptAlert } from '../alert.port.js';
import type { MemoryAudit } from './memory-audit.js';
import type { MemoryStore } from './memory-store.js';

export class MemoryAlerts implements JobAlerts {
  constructor(
    private readonly store: MemoryStore,
    private readonly audit: MemoryAudit,
  ) {}

  async keptAlerts(queue: string): Promise<readonly KeptAlert[]> {
    return [...(this.store.find(queue)?.alerts.values() ?? [])];
  }

  async writeAlerts(
    name: string,
    writes: readonly AlertWrite[],
    entryIds: readonly string[] = [],
    line?: AuditLine,
  ): Promise<AlertWritten> {
    const queue = this.store.queue(name);
    const { alerts, outbox } = queue;
    if (!outbox.mayCount(entryIds)) return 'counted';
    if (writes.some(({ key, revision }) => (alerts.get(key)?.revision ?? 0) !== revision)) return 'outdated';
    for (const { key, revision, text } of writes) {
      if (text === undefined) alerts.delete(key);
      else alerts.set(key, { key, revision: revision + 1, text });
    }
    outbox.count(entryIds);
    if (line) {
      const { action, target, before = '{}', after = '{}' } = line;
      this.audit.write(queue, action, line, target, before, after);
    }
    return 'written';
  }
}
