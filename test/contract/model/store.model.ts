import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { BurialReason } from '../../../lib/core/job-state.js';
import type { ClaimedJob, SettleStatus, Turn } from '../../../lib/engine/consumer.port.js';
import type { AuditEntry, DeadLetterOutcome, Rebirth } from '../../../lib/engine/dead-letter.port.js';
import type { CancelOutcome, EnqueueOutcome, EnqueueRequest } from '../../../lib/engine/producer.port.js';
import { isOpen, newModelJob, workerOf, type ModelJob } from './model-job.js';
import { pickOf } from './pick-of.js';
import { ATTEMPT_TICKS, MAX_STALLS, TICK_MS, TICKS_TO_FORGET } from './story-stage.js';

export type Ending =
  | { readonly kind: 'completed'; readonly windowMs: number; readonly result?: string }
  | { readonly kind: 'cancelled'; readonly windowMs: number }
  | { readonly kind: 'retry' | 'released'; readonly delayMs: number }
  | { readonly kind: 'buried'; readonly reason: BurialReason };

export interface ModelTaking {
  /** Who may be taken, the next one first. */
  readonly from: readonly ModelJob[];
  readonly count: number;
}

export type ModelClaim = Pick<Turn, 'queue' | 'slots' | 'demand' | 'lowestFirst' | 'takeSuspect'>;

const CANCELLED_MS = (TICKS_TO_FORGET - 1) * TICK_MS;

/** A second opinion on what a store holds and answers; knows nothing of how. */
export class StoreModel {
  now = 0;
  readonly jobs: ModelJob[] = [];
  readonly audit: Pick<AuditEntry, 'queue' | 'action' | 'target'>[] = [];
  /** Ids, one for each burial. */
  readonly burials: string[] = [];
  readonly requests: EnqueueRequest[] = [];
  /** Every attempt that was ever handed out. */
  readonly leases: ClaimedJob[] = [];
  /** Queues, and types as `<queue> <type>`. */
  readonly paused = new Set<string>();
  private readonly leaseEnds = new Map<string, number>();
  private places = 0;

  in(queue: string, ...states: readonly ModelJob['state'][]): ModelJob[] {
    return this.jobs.filter((job) => job.ref.queue === queue && states.includes(job.state));
  }

  /** Whoever has the place of an idempotency key: the last one that took it, until its window is over. */
  holder({ queue, type, slotKey }: Omit<JobRef, 'op'>): ModelJob | undefined {
    const last = this.jobs.findLast(({ ref }) => ref.slotKey === slotKey && ref.type === type && ref.queue === queue);
    return last && (isOpen(last) || last.windowEnd > this.now) ? last : undefined;
  }

  find(ref: JobRef): ModelJob | undefined {
    const holder = this.holder(ref);
    return holder?.ref.op === ref.op ? holder : undefined;
  }

  enqueue(request: EnqueueRequest): EnqueueOutcome {
    const { op, key, payloadHash } = request;
    const holder = this.holder(request);
    const id = formatJobId(holder?.ref ?? request);
    if (holder?.ref.op === op) return { status: 'created', id, state: holder.state, payloadChanged: false };
    if (holder && holder.state !== 'cancelled') {
      const payloadChanged = holder.payloadHash !== payloadHash;
      return { status: 'duplicate', id, state: holder.state, payloadChanged, result: holder.result };
    }
    if (request.repeat && key === undefined) return { status: 'operation_expired', id };
    const job = newModelJob(request);
    if (request.expiresInMs !== undefined) job.expiresAt = this.now + request.expiresInMs;
    this.jobs.push(job);
    this.ready(job, request.delayMs ?? 0);
    return { status: 'created', id: formatJobId(request), state: job.state, payloadChanged: false };
  }

  cancel(ref: JobRef): CancelOutcome {
    const job = this.find(ref);
    if (!job) return { status: 'unknown' };
    if (job.state === 'active') {
      job.cancelRequested = true;
      return { status: 'requested', state: 'active' };
    }
    if (job.state !== 'waiting' && job.state !== 'scheduled') return { status: 'too_late', state: job.state };
    this.end(job, 'cancelled', CANCELLED_MS);
    return { status: 'cancelled', state: 'cancelled' };
  }

  /** To waiting, what is due; those due at one time side by side. */
  promote(queue: string): number {
    const due = this.in(queue, 'scheduled').filter(({ dueAt }) => dueAt <= this.now);
    for (const at of [...new Set(due.map(({ dueAt }) => dueAt))].sort((a, b) => a - b)) {
      const place = ++this.places;
      for (const job of due.filter(({ dueAt }) => dueAt === at)) Object.assign(job, { state: 'waiting', place });
    }
    return due.length;
  }

  /** From which lists a turn takes how many. */
  takings({ queue, slots, demand, lowestFirst, takeSuspect }: ModelClaim): ModelTaking[] {
    const takings: ModelTaking[] = [];
    let [left, suspects] = [slots, takeSuspect ? 1 : 0];
    for (const { type, version, quota, globalConcurrency = Infinity } of demand) {
      if (this.paused.has(queue) || this.paused.has(`${queue} ${type}`)) continue;
      const ofType = (job: ModelJob): boolean => job.ref.type === type;
      const earlier = takings.reduce((sum, { from, count }) => sum + (from.some(ofType) ? count : 0), 0);
      const active = this.in(queue, 'active').filter(ofType).length + earlier;
      let room = Math.max(0, Math.min(quota, left, globalConcurrency - active));
      const take = (from: readonly ModelJob[], most: number): number => {
        const count = Math.min(room, most, from.length);
        if (count > 0) takings.push({ from, count });
        room -= count;
        left -= count;
        return count;
      };
      const waiting = this.in(queue, 'waiting')
        .filter((job) => ofType(job) && job.version === version)
        .sort((a, b) => a.place - b.place);
      const trusted = waiting.filter(({ suspect }) => !suspect);
      suspects -= take(
        waiting.filter(({ suspect }) => suspect),
        suspects,
      );
      for (const each of lowestFirst ? [3, 2, 1, 0] : [0, 1, 2, 3]) {
        take(
          trusted.filter(({ level }) => level === each),
          Infinity,
        );
      }
    }
    return takings;
  }

  begin(job: ModelJob, attempt: ClaimedJob): void {
    job.attempts++;
    Object.assign(job, { state: 'active', attempt, expiresAt: undefined });
    job.deadline = this.now + ATTEMPT_TICKS * TICK_MS;
    this.leases.push(attempt);
  }

  held(attempt: ClaimedJob): ModelJob | undefined {
    return this.jobs.find((job) => job.attempt?.lease === attempt.lease && job.ref.op === attempt.op);
  }

  /** An attempt that owns nothing any more; rather one whose job runs again. */
  stale(pick: number, queue?: string): ClaimedJob | undefined {
    const stale = this.leases.filter((each) => !this.held(each) && each.queue === (queue ?? each.queue));
    const again = stale.filter((each) => this.find(each)?.state === 'active');
    return pickOf(again.length > 0 && pick % 4 > 0 ? again : stale, pick);
  }

  heldBy(worker: string): ModelJob[] {
    return this.jobs.filter(({ attempt }) => attempt && workerOf(attempt) === worker);
  }

  settle(attempt: ClaimedJob, ending: Ending): SettleStatus {
    const job = this.held(attempt);
    if (!job) return 'lease_lost';
    if (ending.kind === 'completed' || ending.kind === 'cancelled') {
      this.end(job, ending.kind, ending.windowMs, ending.kind === 'completed' ? ending.result : undefined);
      return 'ok';
    }
    if (ending.kind === 'released' || job.cancelRequested) {
      return this.release(job, 'delayMs' in ending ? ending.delayMs : 0) ? 'ok' : 'cancelled';
    }
    job.history++;
    if (ending.kind === 'buried') {
      if (ending.reason !== 'expired') job.failures++;
      this.bury(job, ending.reason, ++this.places);
      return 'ok';
    }
    job.failures++;
    job.suspect = false;
    this.ready(job, ending.delayMs);
    return 'ok';
  }

  record(attempt: ClaimedJob, step?: { name: string; value: string }, progress?: string): 'ok' | 'lease_lost' {
    const job = this.held(attempt);
    if (!job) return 'lease_lost';
    if (step) job.steps.set(step.name, step.value);
    job.progress = progress ?? job.progress;
    return 'ok';
  }

  renew(worker: string, leaseMs: number): void {
    this.leaseEnds.set(worker, this.now + leaseMs);
  }

  /** Uncounted, all at the same place. */
  giveBack(jobs: readonly ModelJob[]): void {
    for (const job of jobs) this.release(job, 0, -this.places - 1);
    this.places++;
  }

  forget(worker: string): void {
    this.giveBack(this.heldBy(worker));
    this.leaseEnds.delete(worker);
  }

  /** Buries what expired before it began. */
  expire(queue: string): ModelJob[] {
    const late = this.in(queue, 'waiting', 'scheduled').filter(({ expiresAt = Infinity }) => expiresAt <= this.now);
    const burial = ++this.places;
    for (const job of late) {
      job.history++;
      this.bury(job, 'expired', burial);
    }
    return late;
  }

  /** Takes back what nobody runs any more; the first time a job becomes a suspect, from then on it counts. */
  reclaim(queue: string): { job: ModelJob; attempt: ClaimedJob; buried: boolean }[] {
    const burial = ++this.places;
    return this.in(queue, 'active')
      .filter(({ attempt, deadline }) => !this.lives(workerOf(attempt!)) || deadline <= this.now)
      .map((job) => {
        const attempt = job.attempt!;
        if (job.cancelRequested) {
          this.release(job, 0);
          return { job, attempt, buried: false };
        }
        job.history++;
        if (job.suspect) job.stalls++;
        job.suspect = true;
        const buried = job.stalls > MAX_STALLS;
        if (buried) this.bury(job, 'stalled', burial);
        else Object.assign(job, { state: 'waiting', attempt: undefined, place: burial });
        return { job, attempt, buried };
      });
  }

  replay(ref: JobRef, { life, payload, keepSteps = true }: Rebirth = {}): DeadLetterOutcome {
    const dead = this.find(ref);
    if (dead?.state === 'dead' && dead.life !== (life ?? dead.life)) return { status: 'other_life', life: dead.life };
    return this.dig(ref, 'replay', (job) => {
      Object.assign(job, { attempts: 0, failures: 0, stalls: 0, suspect: false, cancelRequested: false });
      Object.assign(job, { life: job.life + 1, progress: undefined, reason: undefined });
      if (payload) Object.assign(job, { payload: payload.text, payloadHash: payload.hash });
      if (!keepSteps) job.steps.clear();
      this.ready(job, 0);
    });
  }

  resolve(ref: JobRef, windowMs: number): DeadLetterOutcome {
    return this.dig(ref, 'resolve', (job) => this.end(job, 'resolved', windowMs));
  }

  pause(queue: string, type: string | undefined, paused: boolean): void {
    const name = type === undefined ? queue : `${queue} ${type}`;
    if (paused) this.paused.add(name);
    else this.paused.delete(name);
    this.audit.push({ queue, action: paused ? 'pause' : 'resume', target: type ?? queue });
  }

  private lives(worker: string): boolean {
    return (this.leaseEnds.get(worker) ?? 0) > this.now;
  }

  private ready(job: ModelJob, delayMs: number): void {
    const state = delayMs > 0 ? 'scheduled' : 'waiting';
    Object.assign(job, { state, attempt: undefined, dueAt: this.now + delayMs, place: ++this.places });
  }

  /** False when a cancellation that was asked for ended it instead. */
  private release(job: ModelJob, delayMs: number, place = -++this.places): boolean {
    if (job.cancelRequested) this.end(job, 'cancelled', CANCELLED_MS);
    else if (delayMs > 0) this.ready(job, delayMs);
    else Object.assign(job, { state: 'waiting', attempt: undefined, place });
    return job.state !== 'cancelled';
  }

  private bury(job: ModelJob, reason: BurialReason, burial: number): void {
    Object.assign(job, { state: 'dead', attempt: undefined, expiresAt: undefined, reason, burial });
    this.burials.push(formatJobId(job.ref));
  }

  private end(job: ModelJob, state: 'completed' | 'cancelled' | 'resolved', windowMs: number, result?: string): void {
    Object.assign(job, { state, attempt: undefined, windowEnd: this.now + windowMs, result });
  }

  private dig(ref: JobRef, action: 'replay' | 'resolve', move: (job: ModelJob) => void): DeadLetterOutcome {
    const job = this.find(ref);
    if (!job) return { status: 'unknown' };
    if (job.state !== 'dead') return { status: 'not_dead', state: job.state };
    move(job);
    this.audit.push({ queue: ref.queue, action, target: formatJobId(ref) });
    return { status: 'ok' };
  }
}
