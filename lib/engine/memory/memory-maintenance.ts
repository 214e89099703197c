import type { Clock } from '../../core/clock.js';
import type { JobRef } from '../../core/job-id.js';
import { STORE_ALERTS } from '../alert.port.js';
import type { JobMaintenance, OutboxEntry, SweepOptions, SweepReport } from '../maintenance.port.js';
import { NOTHING_SWEPT } from '../nothing-swept.js';
import { storeBurial, storeEntry, type StoreEnding } from '../store-burial.js';
import { DEFAULT_MAX_STALLS, TURN_ANSWER_KEPT_MS } from '../store-limits.js';
import type { MemoryJob } from './memory-job.js';
import type { Grievance, MemoryQueue, VersionLine } from './memory-queue.js';
import type { MemoryPressure } from './memory-pressure.js';
import type { MemoryStore } from './memory-store.js';
import type { MemoryTransitions } from './memory-transitions.js';

const NO_WORKER = '';

export class MemoryMaintenance implements JobMaintenance {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly clock: Clock,
    private readonly pressure: MemoryPressure,
  ) {}

  async sweep(options: SweepOptions): Promise<SweepReport> {
    const queue = this.store.queue(options.queue);
    const now = this.clock.now();
    if (now < queue.sweptUntil) return NOTHING_SWEPT;
    queue.sweptUntil = now + options.intervalMs;
    const { auditRetentionMs } = options;
    if (auditRetentionMs !== undefined)
      for (const each of [queue, this.store.find(STORE_ALERTS)])
        each?.audit.dropOldest(({ at }) => at < now - auditRetentionMs);
    return {
      swept: true,
      promoted: this.transitions.promoteDue(queue, now, Infinity),
      expired: this.buryExpired(queue, now),
      stalled: this.takeBackStalled(queue, now),
      noHandler: this.judgeHandlers(queue, options, now),
      tombstonesDeleted: this.forgetWhatIsOver(queue, now),
      paused: this.pressure.relieve(queue, options),
    };
  }

  async takeAlerts(queue: string, limit: number, holdMs: number): Promise<OutboxEntry[]> {
    return this.store.find(queue)?.outbox.take(limit, holdMs, this.clock.now()) ?? [];
  }

  async acknowledgeAlerts(queue: string, entryIds: readonly string[]): Promise<void> {
    this.store.find(queue)?.outbox.acknowledge(entryIds);
  }

  private buryExpired(queue: MemoryQueue, now: number): JobRef[] {
    const expired: JobRef[] = [];
    for (let job = queue.expiries.takeDue(now); job; job = queue.expiries.takeDue(now)) {
      this.buryUnrun(queue, job, 'expired', now);
      expired.push(refOf(job));
    }
    return expired;
  }

  private takeBackStalled(queue: MemoryQueue, now: number): SweepReport['stalled'] {
    const stalled: SweepReport['stalled'][number][] = [];
    for (const line of queue.lines()) {
      for (const job of [...line.active]) {
        const { worker, deadline } = job.lease!;
        const alive = (queue.workers.get(worker)?.leaseUntil ?? 0) > now;
        if (alive && deadline > now) continue;
        const { attempt } = job;
        const buried = this.stall(queue, job, now);
        stalled.push({ ...refOf(job), attempt, stalls: job.stalls, suspect: job.suspect, buried, worker });
      }
    }
    return stalled;
  }

  /** Whether it was once too often. */
  private stall(queue: MemoryQueue, job: MemoryJob, now: number): boolean {
    if (job.cancelRequested) return !this.transitions.cancel(queue, job, now);
    const { startedAt, worker: id } = job.lease!;
    const announced = queue.workers.get(id)?.announcement;
    const ending = this.ending(queue, job, 'stalled', now, {
      startedAt,
      worker: announced && { id, host: announced.host, pid: announced.pid },
    });
    this.transitions.remember(job, storeEntry(ending));
    queue.minutes.count(`stalled:${job.type}`, 1, now);
    // The first time it may have been a neighbour's fault; from then on it runs alone, and it is its own.
    if (job.suspect) job.stalls++;
    job.suspect = true;
    const buried = job.stalls > (queue.type(job.type).policy?.maxStalls ?? DEFAULT_MAX_STALLS);
    if (buried) this.transitions.bury(queue, job, storeBurial(ending), now);
    else this.transitions.wait(queue, job, 'tail');
    return buried;
  }

  private judgeHandlers(queue: MemoryQueue, options: SweepOptions, now: number): JobRef[] {
    const live = [...queue.workers.values()]
      .filter(({ leaseUntil }) => leaseUntil > now)
      .map(({ announcement }) => announcement);
    const waiting = [...queue.lines()].filter((line) => line.waiting > 0);
    const deserted = live.length === 0 ? waiting : [];
    const unhandled =
      live.length === 0
        ? []
        : waiting.filter(
            (line) =>
              !live.some(({ handles }) =>
                handles.some((handled) => handled.type === line.type && handled.versions.includes(line.version)),
              ),
          );

    const wrong = new Set([...unhandled.map(({ name }) => name), ...(deserted.length > 0 ? [NO_WORKER] : [])]);
    for (const name of queue.grievances.keys()) if (!wrong.has(name)) queue.grievances.delete(name);

    if (deserted.length > 0) {
      this.complain(queue, NO_WORKER, options.noHandlerAlertMs, now, ({ since }) => {
        const count = deserted.reduce((sum, line) => sum + line.waiting, 0);
        queue.outbox.write('queue.no-worker', now, JSON.stringify({ queue: queue.name, waiting: count, since }));
      });
    }
    return unhandled.flatMap((line) => {
      const { since } = this.complain(queue, line.name, options.noHandlerAlertMs, now, (grievance) => {
        const { type, version, waiting: count } = line;
        queue.outbox.write(
          'job.no-handler',
          now,
          JSON.stringify({ queue: queue.name, type, version, waiting: count, since: grievance.since }),
        );
      });
      return now - since >= options.noHandlerGraceMs ? this.buryLine(queue, line, now) : [];
    });
  }

  private complain(
    queue: MemoryQueue,
    name: string,
    alertMs: number,
    now: number,
    alert: (grievance: Grievance) => void,
  ): Grievance {
    const grievance = queue.grievances.get(name) ?? { since: now, alerted: false };
    queue.grievances.set(name, grievance);
    if (!grievance.alerted && now - grievance.since >= alertMs) {
      grievance.alerted = true;
      alert(grievance);
    }
    return grievance;
  }

  private buryLine(queue: MemoryQueue, line: VersionLine, now: number): JobRef[] {
    const jobs = [line.suspects, ...line.levels].flatMap((list) => [...list]);
    for (const job of jobs) this.buryUnrun(queue, job, 'no_handler', now);
    return jobs.map(refOf);
  }

  private buryUnrun(queue: MemoryQueue, job: MemoryJob, reason: 'expired' | 'no_handler', now: number): void {
    const ending = this.ending(queue, job, reason, now, { startedAt: 0 });
    this.transitions.remember(job, storeEntry(ending));
    this.transitions.bury(queue, job, storeBurial(ending), now);
  }

  private ending(
    queue: MemoryQueue,
    job: MemoryJob,
    reason: StoreEnding['reason'],
    at: number,
    run: Pick<StoreEnding, 'startedAt' | 'worker'>,
  ): StoreEnding {
    const { version, key, life, attempt, enqueuedAt } = job;
    const announced = queue.type(job.type).policy;
    const { owner, runbook, severity, compensatedBy } = announced ?? {};
    const policy = announced && { owner, runbook, severity, compensatedBy };
    return { ...refOf(job), reason, version, key, life, attempt, enqueuedAt, at, policy, ...run };
  }

  private forgetWhatIsOver(queue: MemoryQueue, now: number): number {
    let deleted = 0;
    for (let tombstone = queue.tombstones.takeDue(now); tombstone; tombstone = queue.tombstones.takeDue(now)) {
      const { slots } = queue.type(tombstone.type);
      if (slots.get(tombstone.slotKey) !== tombstone) continue;
      slots.delete(tombstone.slotKey);
      deleted++;
    }
    for (const [worker, { leaseUntil }] of queue.workers) {
      if (leaseUntil > now) continue;
      queue.workers.delete(worker);
      queue.bell.leaves(worker);
    }
    for (const [lane, { answer }] of queue.turns) if (answer.now + TURN_ANSWER_KEPT_MS <= now) queue.turns.delete(lane);
    return deleted;
  }
}

function refOf({ queue, type, slotKey, op }: JobRef): JobRef {
  return { queue, type, slotKey, op };
}
