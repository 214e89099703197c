import type { Clock } from '../../core/clock.js';
import type {
  CronAlert,
  CronDeclaration,
  CronDeclared,
  CronLine,
  CronNote,
  CronStanding,
  CronStore,
  KeptCron,
  OpenRun,
  SlotAnswer,
  SlotTake,
} from '../cron.port.js';
import type { CronOutcome } from '../../core/cron-record.js';
import { formatJobId } from '../../core/job-id.js';
import { CRON } from '../figure-names.js';
import type { Actor } from '../inspector.port.js';
import { CRON_STANDS_MS } from '../store-limits.js';
import type { MemoryAudit } from './memory-audit.js';
import { MemoryCronEntry } from './memory-cron-entry.js';
import { MemoryJob } from './memory-job.js';
import type { MemoryQueue } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';
import type { MemoryTransitions } from './memory-transitions.js';

/** A slot may lie ahead of the store's clock by so much: timers are not exact. */
const MOST_EARLY_MS = 1_000;

export class MemoryCron implements CronStore {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly journal: MemoryAudit,
    private readonly clock: Clock,
  ) {}

  async declareCron({
    queue,
    bootedAt,
    entries,
  }: CronDeclaration): Promise<{ readonly now: number; readonly standings: readonly CronStanding[] }> {
    const now = this.clock.now();
    const { crons } = this.store.queue(queue);
    const standings = entries.map((declared) => this.declare(crons, declared, bootedAt, now));
    return { now, standings };
  }

  async takeSlot(take: SlotTake): Promise<SlotAnswer> {
    const { request, kind, by } = take;
    const now = this.clock.now();
    const queue = this.store.queue(request.queue);
    const entry = queue.crons.get(request.type) ?? new MemoryCronEntry(now);
    const before = this.inTheWay(entry, take, now);
    if (before) return before;
    for (const { field, text } of take.missed) entry.keep(field, text, now);
    if (take.missedCount > 0) {
      count(queue, entry, request.type, 'missed', take.missedCount, now);
      this.tell(queue, entry, 'cron.missed', take, { slots: take.missedCount }, now);
    }
    if (kind !== 'manual') Object.assign(entry, { mark: take.slot, takenBy: take.instance });
    const answer: SlotAnswer = kind === 'miss' ? { status: 'missed' } : this.run(queue, entry, take, now);
    if (by) this.journal.write(queue, 'cron-run', by, request.type, '{}', JSON.stringify({ answer: answer.status }));
    return answer;
  }

  async noteCron({ queue: name, name: cron, line, outcome, closes, durationMs, alert }: CronNote): Promise<void> {
    const queue = this.store.queue(name);
    const entry = queue.crons.get(cron);
    if (!entry || (closes !== undefined && !entry.open.delete(closes.field))) return;
    const now = this.clock.now();
    const isNew = entry.keep(line.field, line.text, now);
    if (isNew || closes) count(queue, entry, cron, outcome, 1, now);
    if (durationMs !== undefined) entry.took(durationMs);
    if (alert) this.alertOnce(queue, entry, alert, now);
  }

  async alertCron(name: string, cron: string, alert: CronAlert): Promise<boolean> {
    const queue = this.store.queue(name);
    const entry = queue.crons.get(cron);
    return entry !== undefined && this.alertOnce(queue, entry, alert, this.clock.now());
  }

  async keptCron(name: string): Promise<readonly KeptCron[]> {
    const queue = this.store.queue(name);
    return [...queue.crons]
      .map(([cron, entry]) => entry.kept(cron, liveRuns(queue, cron)))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async openRuns(name: string): Promise<readonly OpenRun[]> {
    const crons = [...this.store.queue(name).crons];
    const runs = crons.flatMap(([cron, { open }]) => [...open].map(([field, run]) => ({ name: cron, field, ...run })));
    return runs.sort((a, b) => a.since - b.since);
  }

  async cronHistory(queue: string, name: string): Promise<readonly string[]> {
    return this.store.queue(queue).crons.get(name)?.history(this.clock.now()) ?? [];
  }

  async setCronPaused(name: string, cron: string, paused: boolean, by: Actor): Promise<boolean | undefined> {
    const queue = this.store.queue(name);
    const entry = queue.crons.get(cron);
    if (!entry) return undefined;
    const was = entry.isPaused;
    this.journal.write(queue, paused ? 'cron-pause' : 'cron-resume', by, cron, JSON.stringify({ paused: was }));
    if (was !== paused) entry.setPaused(paused, this.clock.now());
    return was;
  }

  async forgetCron(name: string, cron: string, by: Actor): Promise<boolean> {
    const queue = this.store.queue(name);
    const entry = queue.crons.get(cron);
    if (!entry) return false;
    this.journal.write(queue, 'cron-forget', by, cron, JSON.stringify({ paused: entry.isPaused }));
    return queue.crons.delete(cron);
  }

  private declare(
    crons: Map<string, MemoryCronEntry>,
    { name, fingerprint, definition }: CronDeclared,
    bootedAt: number,
    now: number,
  ): CronStanding {
    const known = crons.get(name);
    const entry = known ?? new MemoryCronEntry(now);
    crons.set(name, entry);
    const counts = bootedAt >= entry.bootedAt || entry.seenAt < now - CRON_STANDS_MS;
    const isOutdated = known !== undefined && entry.fingerprint !== fingerprint && !counts;
    if (!isOutdated) {
      if (entry.fingerprint === fingerprint) entry.bootedAt = Math.max(bootedAt, entry.bootedAt);
      else Object.assign(entry, { fingerprint, bootedAt, mark: Math.max(entry.mark, now) });
      if (counts) entry.definition = definition;
      entry.seenAt = now;
    }
    return { name, mark: entry.mark, isPaused: entry.isPaused && !isOutdated, isOutdated };
  }

  /** Undefined when it is to be run. */
  private inTheWay(entry: MemoryCronEntry, take: SlotTake, now: number): SlotAnswer | undefined {
    const { request, slot, kind, fingerprint, after } = take;
    const { mark, pausedAt, resumedAt } = entry;
    if (entry.lastOp === request.op) return { status: 'accepted' };
    if (kind === 'manual') return undefined;
    if (entry.fingerprint !== fingerprint) return { status: 'outdated' };
    if (slot > now + MOST_EARLY_MS) return { status: 'early', remainingMs: slot - now };
    if (mark >= slot) return { status: 'taken', by: entry.takenBy };
    if (entry.isPaused) return { status: 'paused' };
    if (mark === after || (mark > after && take.missedCount === 0)) return undefined;
    return {
      ...{ status: 'behind', mark },
      ...(pausedAt !== undefined && { pausedAt }),
      ...(resumedAt !== undefined && { resumedAt }),
    };
  }

  private run(queue: MemoryQueue, entry: MemoryCronEntry, take: SlotTake, now: number): SlotAnswer {
    const { request, kind, mostLive, line, overlapText } = take;
    if (kind !== 'late' && mostLive > 0 && liveRuns(queue, request.type) >= mostLive) {
      const by = runnerOf(queue, request.type);
      if (kind === 'manual') return { status: 'overlap', by };
      entry.keep(line.field, overlapTextOf(overlapText, by), now);
      count(queue, entry, request.type, 'skipped', 1, now);
      this.tell(queue, entry, 'cron.skipped', take, { why: 'overlap', by }, now);
      return { status: 'overlap', by };
    }
    const holder = queue.at(request, now);
    if (holder && holder.state !== 'cancelled') return { status: 'taken', by: '' };
    this.transitions.accept(queue, new MemoryJob(request, now), now, now);
    entry.lastOp = request.op;
    entry.keep(line.field, line.text, now);
    entry.open.set(line.field, { jobId: formatJobId(request), since: now });
    return { status: 'accepted' };
  }

  private tell(
    queue: MemoryQueue,
    entry: MemoryCronEntry,
    kind: CronAlert['kind'],
    { alert, slot }: SlotTake,
    more: object,
    now: number,
  ): void {
    const data = JSON.stringify({ ...(JSON.parse(alert) as object), slot, ...more });
    this.alertOnce(queue, entry, { kind, about: String(slot), data }, now);
  }

  private alertOnce(
    queue: MemoryQueue,
    entry: MemoryCronEntry,
    { kind, about, data }: CronAlert,
    now: number,
  ): boolean {
    if (entry.tell(kind, about)) return false;
    queue.outbox.write(kind, now, data);
    return true;
  }
}

/** In the minute, and since the entry is known. */
function count(
  queue: MemoryQueue,
  entry: MemoryCronEntry,
  name: string,
  outcome: CronOutcome,
  times: number,
  now: number,
): void {
  entry.count(outcome, times);
  queue.minutes.count(`${CRON}:${outcome}:${name}`, times, now);
}

function overlapTextOf(text: CronLine['text'], by: string): string {
  return by === '' ? text : JSON.stringify({ ...(JSON.parse(text) as object), by });
}

function liveRuns(queue: MemoryQueue, type: string): number {
  let live = 0;
  for (const line of queue.types.get(type)?.lines.values() ?? [])
    live += line.waiting + line.scheduled.size + line.active.size;
  return live;
}

function runnerOf(queue: MemoryQueue, type: string): string {
  for (const line of queue.types.get(type)?.lines.values() ?? [])
    for (const job of line.active) return job.lease?.worker ?? '';
  return '';
}
