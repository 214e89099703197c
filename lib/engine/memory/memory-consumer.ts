import type { Clock } from '../../core/clock.js';
import type { JobRef } from '../../core/job-id.js';
import { durationBucket } from '../duration-histogram.js';
import { VigilError } from '../../core/vigil.error.js';
import type {
  Heartbeat,
  HeartbeatAnswer,
  Held,
  JobConsumer,
  Settlement,
  SettleStatus,
  StepWrite,
  Turn,
  TurnAnswer,
} from '../consumer.port.js';
import { PROGRESS_MAX_BYTES, PROMOTED_PER_TURN, STEP_MAX_BYTES, STEPS_PER_JOB_MAX_BYTES } from '../store-limits.js';
import type { MemoryClaims } from './memory-claims.js';
import { MemoryJob } from './memory-job.js';
import { lineName, type MemoryQueue } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';
import type { MemoryTransitions } from './memory-transitions.js';

export class MemoryConsumer implements JobConsumer {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly claims: MemoryClaims,
    private readonly clock: Clock,
    private readonly pending: Set<() => void>,
  ) {}

  async turn(turn: Turn): Promise<TurnAnswer> {
    const queue = this.store.queue(turn.queue);
    const lane = `${turn.worker} ${turn.lane}`;
    const last = queue.turns.get(lane);
    if (last?.seq === turn.seq) return last.answer;
    if (last && last.seq > turn.seq) {
      throw new VigilError(
        'TURN_OUTDATED',
        `worker ${turn.worker} sent turn ${turn.seq} of lane ${turn.lane} after turn ${last.seq}; it was ignored`,
      );
    }
    const now = this.clock.now();
    if (turn.slots > 0) queue.bell.looks(turn.worker);
    const settled = turn.settlements.map((settlement) => this.settle(queue, settlement, now));
    this.transitions.promoteDue(queue, now, PROMOTED_PER_TURN);
    const { claimed, opensAt } = this.claims.claim(queue, turn, now);
    const nextDueAt = Math.min(queue.due.first?.at ?? Infinity, opensAt);
    const answer: TurnAnswer = { now, settled, claimed, ...(nextDueAt < Infinity && { nextDueAt }) };
    queue.turns.set(lane, { worker: turn.worker, seq: turn.seq, answer });
    return answer;
  }

  async heartbeat({ queue: name, announcement, leaseMs, held, knownToken }: Heartbeat): Promise<HeartbeatAnswer> {
    const queue = this.store.queue(name);
    const now = this.clock.now();
    const { worker } = announcement;
    queue.workers.set(worker, { announcement: structuredClone(announcement), leaseUntil: now + leaseMs });
    for (const handled of announcement.handles) queue.type(handled.type).policy = structuredClone(handled);

    const jobs = held.map((attempt) => this.owned(queue, attempt));
    const indicesOf = (matches: (job: MemoryJob | undefined) => boolean): number[] =>
      jobs.flatMap((job, index) => (matches(job) ? [index] : []));
    const known = new Set(jobs);
    const strangers = [...(queue.activeByWorker.get(worker) ?? [])].filter(
      (job) => !known.has(job) && job.lease!.token <= knownToken,
    );
    for (const job of strangers) this.transitions.release(queue, job, 0, now);
    return {
      now,
      lost: indicesOf((job) => !job),
      cancelRequested: indicesOf((job) => job?.cancelRequested === true),
      strangers: strangers.length,
    };
  }

  async record(write: StepWrite): Promise<'ok' | 'lease_lost' | 'too_large'> {
    const queue = this.store.find(write.queue);
    const job = queue && this.owned(queue, write);
    if (!job) return 'lease_lost';
    if (write.progress !== undefined && Buffer.byteLength(write.progress) > PROGRESS_MAX_BYTES) return 'too_large';
    if (write.step) {
      const { name, value } = write.step;
      const bytes = Buffer.byteLength(value);
      const before = job.steps?.get(name);
      const total = job.stepBytes + bytes - (before === undefined ? 0 : Buffer.byteLength(before));
      if (bytes > STEP_MAX_BYTES || total > STEPS_PER_JOB_MAX_BYTES) return 'too_large';
      (job.steps ??= new Map()).set(name, value);
      job.stepBytes = total;
    }
    if (write.progress !== undefined) job.progress = write.progress;
    return 'ok';
  }

  async waitForWork(
    queue: string,
    worker: string,
    types: readonly { type: string; version: number }[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    const names = types.map(({ type, version }) => lineName(type, version));
    await this.store.queue(queue).bell.wait(worker, names, this.clock, timeoutMs, signal, this.pending);
  }

  async onCancelRequest(queue: string, listener: (ref: JobRef) => void): Promise<() => Promise<void>> {
    const { cancelListeners } = this.store.queue(queue);
    // Its own function, so that the same listener given twice is stopped once at a time.
    const told = (ref: JobRef): void => listener(ref);
    const stop = (): void => {
      cancelListeners.delete(told);
      this.pending.delete(stop);
    };
    cancelListeners.add(told);
    this.pending.add(stop);
    return async () => stop();
  }

  async retire(name: string, worker: string): Promise<{ released: number }> {
    const queue = this.store.find(name);
    if (!queue) return { released: 0 };
    const now = this.clock.now();
    const held = [...(queue.activeByWorker.get(worker) ?? [])];
    for (const job of held) this.transitions.release(queue, job, 0, now);
    queue.workers.delete(worker);
    queue.bell.leaves(worker);
    for (const [lane, turn] of queue.turns) if (turn.worker === worker) queue.turns.delete(lane);
    return { released: held.length };
  }

  private settle(queue: MemoryQueue, settlement: Settlement, now: number): SettleStatus {
    if ('durationMs' in settlement) {
      const bucket = durationBucket(settlement.durationMs);
      queue.minutes.count(`ms:${settlement.type}:${bucket}`, 1, now);
    }
    const job = this.owned(queue, settlement);
    if (!job) return 'lease_lost';
    if (settlement.kind === 'completed') {
      this.transitions.end(queue, job, 'completed', settlement.windowMs, now, settlement.result);
      return 'ok';
    }
    if (settlement.kind === 'cancelled') {
      this.transitions.cancel(queue, job, now, settlement.windowMs);
      return 'ok';
    }
    if (job.cancelRequested) {
      this.transitions.cancel(queue, job, now);
      return 'cancelled';
    }
    if (settlement.kind === 'released') {
      if (settlement.unbegun) this.transitions.forgetStart(queue, job);
      this.transitions.release(queue, job, settlement.delayMs, now);
      return 'ok';
    }
    this.transitions.remember(job, settlement.entry);
    if (settlement.kind === 'buried') {
      if (settlement.reason !== 'expired') this.fail(queue, job, now);
      this.transitions.bury(queue, job, settlement, now);
      return 'ok';
    }
    if (!settlement.uncounted) {
      this.fail(queue, job, now);
      job.suspect = false;
    }
    queue.minutes.count(`retried:${job.type}`, 1, now);
    this.transitions.makeReady(queue, job, now + settlement.delayMs, now);
    return 'ok';
  }

  private fail(queue: MemoryQueue, job: MemoryJob, now: number): void {
    job.failures++;
    queue.minutes.count(`failed:${job.type}`, 1, now);
  }

  /** The job, if this attempt still owns it. */
  private owned(queue: MemoryQueue, attempt: Held): MemoryJob | undefined {
    const job = queue.types.get(attempt.type)?.slots.get(attempt.slotKey);
    const owns =
      job instanceof MemoryJob &&
      job.op === attempt.op &&
      job.life === attempt.life &&
      job.lease?.text === attempt.lease;
    return owns ? job : undefined;
  }
}
