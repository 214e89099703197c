import type { OutboxEntry } from '../maintenance.port.js';

/** Alerts that wait for somebody to acknowledge them. */
export class MemoryOutbox {
  private readonly entries = new Map<string, { readonly entry: OutboxEntry; heldUntil: number }>();
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
      taken.push(kept.entry);
    }
    return taken;
  }

  acknowledge(entryIds: readonly string[]): void {
    for (const entryId of entryIds) this.entries.delete(entryId);
  }
}
