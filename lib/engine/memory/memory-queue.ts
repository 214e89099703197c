import type { JobRef } from '../../core/job-id.js';
import type { TurnAnswer, WorkerAnnouncement } from '../consumer.port.js';
import type { AuditEntry } from '../dead-letter.port.js';
import type { KeptAlert } from '../alert.port.js';
import type { LedgerReading } from '../ledger.port.js';
import { IndexedHeap } from './indexed-heap.js';
import { Journal } from './journal.js';
import { LinkedQueue } from './linked-queue.js';
import { MemoryBell } from './memory-bell.js';
import { MemoryGroups } from './memory-group.js';
import type { MemoryCronEntry } from './memory-cron-entry.js';
import { type MemoryJob, Tombstone } from './memory-job.js';
import { MemoryMinutes } from './memory-minutes.js';
import { MemoryOutbox } from './memory-outbox.js';
import { RateWindow } from './rate-window.js';

/** The jobs of one type at one version, each in exactly one of the structures, and what became of the others. */
export class VersionLine {
  readonly name: string;
  readonly levels: readonly LinkedQueue<MemoryJob>[] = [
    new LinkedQueue(),
    new LinkedQueue(),
    new LinkedQueue(),
    new LinkedQueue(),
  ];
  readonly suspects = new LinkedQueue<MemoryJob>();
  readonly scheduled = new Set<MemoryJob>();
  readonly active = new Set<MemoryJob>();
  readonly dead = new Journal<MemoryJob>();
  accepted = 0;
  completed = 0;
  cancelled = 0;
  resolved = 0;

  constructor(
    readonly type: string,
    readonly version: number,
  ) {
    this.name = lineName(type, version);
  }

  get waiting(): number {
    return this.levels.reduce((sum, level) => sum + level.size, this.suspects.size);
  }
}

/** What all versions of a type have in common. */
export class TypeSlots {
  readonly slots = new Map<string, MemoryJob | Tombstone>();
  readonly lines = new Map<number, VersionLine>();
  readonly starts = new RateWindow();
  paused = false;
  /** From the last announcement of it. */
  policy?: WorkerAnnouncement['handles'][number];

  constructor(readonly type: string) {}

  get active(): number {
    let sum = 0;
    for (const line of this.lines.values()) sum += line.active.size;
    return sum;
  }
}

/** Since when something has been wrong with a queue, and whether it was told. */
export interface Grievance {
  readonly since: number;
  alerted: boolean;
}

/** How far a plan has come in one queue. */
export interface MemoryPlanPart {
  fence: number;
  told: number;
  cursor: string;
  over: boolean;
  moved: number;
  missed: number;
  completed: number;
  died: number;
  cancelled: number;
  /** In the order in which somebody looked at them. */
  readonly underWay: Map<string, JobRef & { readonly life: number }>;
}

/** The structures of one queue; the transitions are elsewhere. */
export class MemoryQueue {
  readonly types = new Map<string, TypeSlots>();
  readonly due = new IndexedHeap<MemoryJob>();
  readonly expiries = new IndexedHeap<MemoryJob>();
  readonly tombstones = new IndexedHeap<Tombstone>();
  readonly workers = new Map<string, { announcement: WorkerAnnouncement; leaseUntil: number }>();
  readonly activeByWorker = new Map<string, Set<MemoryJob>>();
  readonly turns = new Map<string, { readonly worker: string; readonly seq: number; readonly answer: TurnAnswer }>();
  readonly audit = new Journal<AuditEntry>();
  readonly outbox: MemoryOutbox;
  readonly bell = new MemoryBell();
  readonly cancelListeners = new Set<(ref: JobRef) => void>();
  /** By the name of the line, or `''` for a queue without any worker. */
  readonly grievances = new Map<string, Grievance>();
  /** By the ids of the plans. */
  readonly planParts = new Map<string, MemoryPlanPart>();
  /** By the names of the entries. */
  readonly crons = new Map<string, MemoryCronEntry>();
  readonly groups = new MemoryGroups();
  readonly minutes = new MemoryMinutes();
  /** The last one of each source. */
  readonly figureBatches = new Map<string, number>();
  readonly alerts = new Map<string, KeptAlert>();
  /** Since when, by the notes of depths. */
  readonly listsInUse = new Map<string, number>();
  /** Until when each has been taken. */
  readonly duties = new Map<string, number>();
  /** The last reading that was kept. */
  ledger?: LedgerReading;
  paused = false;
  /** It is short of memory, and that was told. */
  pressureTold = false;
  lastToken = 0;
  audited = 0;
  sweptUntil = 0;

  constructor(readonly name: string) {
    this.outbox = new MemoryOutbox(name);
  }

  type(type: string): TypeSlots {
    let known = this.types.get(type);
    if (!known) this.types.set(type, (known = new TypeSlots(type)));
    return known;
  }

  line(type: string, version: number): VersionLine {
    const { lines } = this.type(type);
    let known = lines.get(version);
    if (!known) lines.set(version, (known = new VersionLine(type, version)));
    return known;
  }

  *lines(): IterableIterator<VersionLine> {
    for (const type of this.types.values()) yield* type.lines.values();
  }

  /** What stands at the slot; a tombstone whose window is over counts as nothing. */
  at(ref: Pick<JobRef, 'type' | 'slotKey'>, now: number): MemoryJob | Tombstone | undefined {
    const found = this.types.get(ref.type)?.slots.get(ref.slotKey);
    return found instanceof Tombstone && found.windowEnd <= now ? undefined : found;
  }

  /** What the id means, and not what took its slot later. */
  find(ref: JobRef, now: number): MemoryJob | Tombstone | undefined {
    const found = this.at(ref, now);
    return found?.op === ref.op ? found : undefined;
  }

  activeOf(worker: string): Set<MemoryJob> {
    let held = this.activeByWorker.get(worker);
    if (!held) this.activeByWorker.set(worker, (held = new Set()));
    return held;
  }
}

export function lineName(type: string, version: number): string {
  return `${type}@${version}`;
}
