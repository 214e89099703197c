import type { CronDefinition } from './cron-definition.js';
import { VigilError } from './vigil.error.js';

/** The cron entries that this process has handlers for; filled at module init, read by the scheduler. */
export class CronRegistry {
  private readonly entries = new Map<string, CronDefinition>();

  /** @throws VigilError `CRON_NAME_DUPLICATE` when another method already has the name */
  register(entry: CronDefinition): void {
    const first = this.entries.get(entry.name);
    if (first) {
      throw new VigilError(
        'CRON_NAME_DUPLICATE',
        `Two cron entries are named '${entry.name}': ${first.declaredBy} and ${entry.declaredBy}. Give one of them another name: @Cron(…, { name: '…' }).`,
      );
    }
    this.entries.set(entry.name, entry);
  }
}
