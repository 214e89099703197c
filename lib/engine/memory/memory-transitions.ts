import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { Burial } from '../consumer.port.js';
import type { Rebirth } from '../dead-letter.port.js';
import type { JobEnd } from '../producer.port.js';
import { CANCELLED_WINDOW_MS } from '../store-limits.js';
import { AttemptHistory } from './attempt-history.js';
import { Tombstone, type Lease, type MemoryJob } from './memory-job.js';
import type { MemoryQueue } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';

/** The moves between states. Each takes the job out of where it was and puts it into exactly one other place. */
export class MemoryTransitions {
  constructor(private readonly store: MemoryStore) {}

  accept(queue: MemoryQueue, job: MemoryJob, dueAt: number, now: number): void {
    queue.type(job.type).slots.set(job.slotKey, job);
    queue.line(job.type, job.version).accepted++;
    if (job.expiresAt !== undefined) job.expiry = queue.expiries.add(job.expiresAt, job);
    this.makeReady(queue, job, dueAt, now);
  }

  /** To waiting, or to scheduled when its time is still to come. */
  makeReady(queue: MemoryQueue, job: MemoryJob, dueAt: number, now: number): void {
    if (dueAt <= now) {
      this.wait(queue, job, 'tail');
      return;
    }
    this.leave(queue, job);
    job.state = 'scheduled';
    job.due = queue.due.add(dueAt, job);
    const line = queue.line(job.type, job.version);
    line.scheduled.add(job);
    // An idle worker has set its alarm for something later.
    if (queue.due.first === job.due) queue.bell.ring(line.name);
  }

  wait(queue: MemoryQueue, job: MemoryJob, end: 'head' | 'tail'): void {
    this.leave(queue, job);
    const line = queue.line(job.type, job.version);
    const list = job.suspect ? line.suspects : line.levels[job.level];
    job.state = 'waiting';
    job.place = end === 'head' ? list.prepend(job) : list.append(job);
    queue.bell.ring(line.name);
  }

  /** Up to `limit` of what is due. */
  promoteDue(queue: MemoryQueue, now: number, limit: number): number {
    for (let promoted = 0; promoted < limit; promoted++) {
      const job = queue.due.takeDue(now);
      if (!job) return promoted;
      this.wait(queue, job, 'tail');
    }
    return limit;
  }

  begin(queue: MemoryQueue, job: MemoryJob, lease: Lease): void {
    this.leave(queue, job);
    this.forgetExpiry(queue, job);
    job.state = 'active';
    job.attempt++;
    job.lease = lease;
    queue.line(job.type, job.version).active.add(job);
    queue.activeOf(lease.worker).add(job);
  }

  /** It was claimed and never began: as if it had not been, and its time to begin goes on. */
  forgetStart(queue: MemoryQueue, job: MemoryJob): void {
    if (--job.attempt === 0 && job.expiresAt !== undefined) job.expiry = queue.expiries.add(job.expiresAt, job);
  }

  /** Back without counting a failure; true when a cancellation asked for in the meantime ended it instead. */
  release(queue: MemoryQueue, job: MemoryJob, delayMs: number, now: number): boolean {
    if (job.cancelRequested) return this.cancel(queue, job, now);
    if (delayMs > 0) this.makeReady(queue, job, now + delayMs, now);
    else this.wait(queue, job, 'head');
    return false;
  }

  cancel(queue: MemoryQueue, job: MemoryJob, now: number, windowMs = CANCELLED_WINDOW_MS): true {
    this.end(queue, job, 'cancelled', windowMs, now);
    return true;
  }

  remember(job: MemoryJob, entry: string, abridged?: string): void {
    (job.history ??= new AttemptHistory()).append(entry, abridged === undefined ? undefined : () => abridged);
  }

  bury(queue: MemoryQueue, job: MemoryJob, burial: Burial, now: number): void {
    this.leave(queue, job);
    this.forgetExpiry(queue, job);
    job.state = 'dead';
    const letter = this.entomb(queue, job, burial, now);
    queue.minutes.count(`buried:${burial.reason}:${job.type}`, 1, now);
    queue.outbox.write('job.buried', now, JSON.stringify(letter));
    this.store.tellEnd(job, endOfDead(job));
  }

  /** To where dead jobs are found. */
  entomb(queue: MemoryQueue, job: MemoryJob, burial: Burial, buriedAt: number): DeadLetterSummary {
    const { reason, summary, group, groupLabel } = burial;
    job.grave = { reason, summary, group, groupLabel, buriedAt, position: this.store.nextBurial() };
    queue.line(job.type, job.version).dead.append(job.grave.position, job);
    const letter = summaryOf(job);
    queue.groups.join(job, job.grave, letter.worker);
    return letter;
  }

  revive(queue: MemoryQueue, job: MemoryJob, rebirth: Rebirth = {}): void {
    const { payload, keepSteps = true, newIdempotencyKey } = rebirth;
    this.leave(queue, job);
    job.life++;
    if (payload) {
      job.payload = payload.text;
      job.payloadHash = payload.hash;
    }
    if (newIdempotencyKey) job.overrides = { ...job.overrides, keyLife: job.life };
    if (!keepSteps) {
      job.steps = undefined;
      job.stepBytes = 0;
    }
    job.attempt = job.failures = job.stalls = 0;
    job.suspect = job.cancelRequested = false;
    job.expiresAt = job.progress = undefined;
    this.wait(queue, job, 'tail');
  }

  end(
    queue: MemoryQueue,
    job: MemoryJob,
    state: Tombstone['state'],
    windowMs: number,
    now: number,
    result?: string,
  ): void {
    this.leave(queue, job);
    this.forgetExpiry(queue, job);
    queue.line(job.type, job.version)[state]++;
    queue.minutes.count(`${state}:${job.type}`, 1, now);
    const { slots } = queue.type(job.type);
    if (windowMs > 0) {
      const tombstone = new Tombstone(job, state, now, now + windowMs, result);
      slots.set(job.slotKey, tombstone);
      queue.tombstones.add(tombstone.windowEnd, tombstone);
    } else {
      slots.delete(job.slotKey);
    }
    this.store.tellEnd(job, { state, result });
  }

  private leave(queue: MemoryQueue, job: MemoryJob): void {
    const line = queue.line(job.type, job.version);
    if (job.place) job.place.queue?.remove(job.place);
    if (job.due) {
      queue.due.remove(job.due);
      line.scheduled.delete(job);
    }
    if (job.lease) {
      const held = queue.activeOf(job.lease.worker);
      held.delete(job);
      if (held.size === 0) queue.activeByWorker.delete(job.lease.worker);
      line.active.delete(job);
    }
    if (job.grave) {
      line.dead.remove(job.grave.position);
      queue.groups.leave(job, job.grave);
    }
    job.place = job.due = job.lease = job.grave = undefined;
  }

  private forgetExpiry(queue: MemoryQueue, job: MemoryJob): void {
    if (job.expiry) queue.expiries.remove(job.expiry);
    job.expiry = undefined;
  }
}

export function summaryOf(job: MemoryJob): DeadLetterSummary {
  const { summary, buriedAt } = job.grave!;
  return { ...(JSON.parse(summary) as DeadLetterSummary), buriedAt };
}

export function endOfDead(job: MemoryJob): JobEnd {
  const { errorName, errorMessage } = summaryOf(job);
  return { state: 'dead', reason: job.grave!.reason, errorName, errorMessage };
}
