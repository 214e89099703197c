import type { WorkerAnnouncement } from '../../consumer.port.js';
import type { StoreEnding } from '../../store-burial.js';
import { DEFAULT_MAX_STALLS } from '../../store-limits.js';

/** Now, every type@version, workers with the ends of their leases, announcements by worker, what `onDead` makes of each type. */
export type CensusReply = readonly [
  now: string,
  lines: string[],
  leases: string[],
  announcements: string[],
  compensations: string[],
];

interface Registered {
  readonly announcement: WorkerAnnouncement;
  readonly leaseUntil: number;
}

/** Who works on a queue and what they said of themselves, as one sweep sees it. */
export class WorkerCensus {
  /** The store's clock. */
  readonly now: number;
  readonly lines: readonly string[];
  private readonly workers = new Map<string, Registered>();
  private readonly compensations = new Map<string, string>();
  private readonly policies = new Map<string, WorkerAnnouncement['handles'][number]>();

  constructor([now, lines, leases, announcements, compensations]: CensusReply) {
    this.now = Number(now);
    this.lines = lines;
    const texts = new Map<string, string>();
    for (let at = 0; at < announcements.length; at += 2) texts.set(announcements[at], announcements[at + 1]);
    for (let at = 0; at < compensations.length; at += 2)
      this.compensations.set(compensations[at], compensations[at + 1]);
    // In the order of their leases, so that of a type the one counts that was heard of last.
    for (let at = 0; at < leases.length; at += 2) {
      const text = texts.get(leases[at]);
      if (text === undefined) continue;
      const announcement = JSON.parse(text) as WorkerAnnouncement;
      this.workers.set(leases[at], { announcement, leaseUntil: Number(leases[at + 1]) });
      for (const handled of announcement.handles) this.policies.set(handled.type, handled);
    }
  }

  isAlive(worker: string): boolean {
    return (this.workers.get(worker)?.leaseUntil ?? 0) > this.now;
  }

  get alive(): string[] {
    return [...this.workers.keys()].filter((worker) => this.isAlive(worker));
  }

  get dead(): string[] {
    return [...this.workers.keys()].filter((worker) => !this.isAlive(worker));
  }

  /** Every type@version that no live worker handles. */
  get unhandled(): string[] {
    const handled = new Set<string>();
    for (const worker of this.alive) {
      for (const { type, versions } of this.workers.get(worker)!.announcement.handles) {
        for (const version of versions) handled.add(`${type}@${version}`);
      }
    }
    return this.lines.filter((line) => !handled.has(line));
  }

  maxStalls(type: string): number {
    return this.policies.get(type)?.maxStalls ?? DEFAULT_MAX_STALLS;
  }

  policy(type: string): StoreEnding['policy'] {
    const { owner, runbook, severity } = this.policies.get(type) ?? {};
    return { owner, runbook, severity, compensatedBy: this.compensations.get(type) };
  }

  identity(worker: string): StoreEnding['worker'] {
    const known = this.workers.get(worker)?.announcement;
    return known && { id: worker, host: known.host, pid: known.pid };
  }
}
