import type { OutboxEntry } from '../maintenance.port.js';

/** Alerts that wait for somebody to acknowledge them. */
export class MemoryOutbox {
  private readonly entries = new Map<string, { readonly entry: OutboxEntry; heldUntil: number; isCounted?: true }>();
  private written = 0;

  constructor(private readonly queue: string) {}

  write(kind: OutboxEntry['kind'], at: number, data: string): void {
    const entryId = String(++this.written);
    this.entries.set(entryId, { entry: { entryId, queue: this.queue, kind, at, data }, heldUntil: 0 });
  }

  take(limit: number, holdMs: number, now: number): OutboxEntry[] {
    const taken: OutboxEntry[] = [];
    for (const kept of this.entries.values()) {
      if (taken.length >= limit) break;
      if (kept.heldUntil > now) continue;
      kept.heldUntil = now + holdMs;
      taken.push(kept.isCounted ? { ...kept.entry, isCounted: true } : kept.entry);
    }
    return taken;
  }

  mayCount(entryIds: readonly string[]): boolean {
    return entryIds.every((entryId) => this.entries.get(entryId)?.isCounted === undefined && this.entries.has(entryId));
  }

  count(entryIds: readonly string[]): void {
    for (const entryId of entryIds) this.entries.get(entryId)!.isCounted = true;
  }

  acknowledge(entryIds: readonly string[]): void {
    for (const entryId of entryIds) this.entries.delete(entryId);
  }
}
