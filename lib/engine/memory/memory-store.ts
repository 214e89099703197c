import { formatJobId, type JobRef } from '../../core/job-id.js';
import type { JobEnd } from '../producer.port.js';
import { MemoryQueue } from './memory-queue.js';

/** A plan, and who attends to it until when. */
export interface KeptPlan {
  text: string;
  fence: number;
  live: boolean;
  owner?: string;
  leaseUntil: number;
}

/** Everything that one memory engine knows. Several engines on one store behave like several clients of one Redis. */
export class MemoryStore {
  private readonly queuesByName = new Map<string, MemoryQueue>();
  private readonly watchers = new Map<string, Set<(end: JobEnd) => void>>();
  readonly plans = new Map<string, KeptPlan>();
  private burials = 0;

  /** For reading: does not make a queue known. */
  find(name: string): MemoryQueue | undefined {
    return this.queuesByName.get(name);
  }

  queue(name: string): MemoryQueue {
    let known = this.queuesByName.get(name);
    if (!known) this.queuesByName.set(name, (known = new MemoryQueue(name)));
    return known;
  }

  queues(): MemoryQueue[] {
    return [...this.queuesByName.values()];
  }

  nextBurial(): number {
    return ++this.burials;
  }

  get lastBurial(): number {
    return this.burials;
  }

  watch(ref: JobRef, watcher: (end: JobEnd) => void): () => void {
    const id = formatJobId(ref);
    const watchers = this.watchers.get(id) ?? new Set();
    this.watchers.set(id, watchers.add(watcher));
    return () => {
      watchers.delete(watcher);
      if (watchers.size === 0) this.watchers.delete(id);
    };
  }

  tellEnd(ref: JobRef, end: JobEnd): void {
    if (this.watchers.size === 0) return;
    for (const watcher of [...(this.watchers.get(formatJobId(ref)) ?? [])]) watcher(end);
  }
}
