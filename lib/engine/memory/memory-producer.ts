import type { Clock } from '../../core/clock.js';
import { formatJobId, isKeyless, type JobRef } from '../../core/job-id.js';
import { EngineUnavailableError } from '../engine.errors.js';
import type { Actor } from '../inspector.port.js';
import type { CancelOutcome, EnqueueOutcome, EnqueueRequest, JobEnd, JobProducer } from '../producer.port.js';
import type { MemoryAudit } from './memory-audit.js';
import { MemoryJob, Tombstone } from './memory-job.js';
import type { MemoryStore } from './memory-store.js';
import { endOfDead, type MemoryTransitions } from './memory-transitions.js';

export class MemoryProducer implements JobProducer {
  constructor(
    private readonly store: MemoryStore,
    private readonly transitions: MemoryTransitions,
    private readonly audit: MemoryAudit,
    private readonly clock: Clock,
    private readonly pending: Set<() => void>,
  ) {}

  async enqueue(requests: Iterable<EnqueueRequest>): Promise<EnqueueOutcome[]> {
    const now = this.clock.now();
    return Array.from(requests, (request) => this.enqueueOne(request, now));
  }

  async cancel(ref: JobRef, by?: Actor): Promise<CancelOutcome> {
    const now = this.clock.now();
    const queue = this.store.find(ref.queue);
    const found = queue?.find(ref, now);
    if (!queue || !found) return { status: 'unknown' };
    if (found instanceof Tombstone || found.state === 'dead') return { status: 'too_late', state: found.state };
    const before = JSON.stringify({ state: found.state });
    if (by) this.audit.write(queue, 'cancel', by, formatJobId(ref), before);
    if (found.state !== 'active') {
      this.transitions.cancel(queue, found, now);
      return { status: 'cancelled', state: 'cancelled' };
    }
    found.cancelRequested = true;
    const { type, slotKey, op } = found;
    for (const listener of queue.cancelListeners)
      queueMicrotask(() => listener({ queue: queue.name, type, slotKey, op }));
    return { status: 'requested', state: 'active' };
  }

  async watch(ref: JobRef, signal: AbortSignal): Promise<JobEnd | 'unknown'> {
    signal.throwIfAborted();
    const found = this.store.find(ref.queue)?.find(ref, this.clock.now());
    if (!found) return 'unknown';
    if (found instanceof Tombstone) return { state: found.state, result: found.result };
    if (found.state === 'dead') return endOfDead(found);
    return new Promise((resolve, reject) => {
      const stop = (): void => {
        unwatch();
        signal.removeEventListener('abort', abort);
        this.pending.delete(closed);
      };
      const unwatch = this.store.watch(ref, (end) => {
        stop();
        resolve(end);
      });
      const abort = (): void => {
        stop();
        reject(signal.reason as Error);
      };
      const closed = (): void => {
        stop();
        reject(new EngineUnavailableError('the engine was closed while somebody waited for a job to end'));
      };
      signal.addEventListener('abort', abort, { once: true });
      this.pending.add(closed);
    });
  }

  private enqueueOne(request: EnqueueRequest, now: number): EnqueueOutcome {
    const queue = this.store.queue(request.queue);
    const first = queue.at(request, now);
    if (first?.op === request.op)
      return { status: 'created', id: formatJobId(first), state: first.state, payloadChanged: false };
    if (first && first.state !== 'cancelled') {
      return {
        status: 'duplicate',
        id: formatJobId(first),
        state: first.state,
        payloadChanged: first.payloadHash !== request.payloadHash,
        result: first instanceof Tombstone ? first.result : undefined,
      };
    }
    if (request.repeat && isKeyless(request.slotKey)) return { status: 'operation_expired', id: formatJobId(request) };
    const job = new MemoryJob(request, now);
    if (request.expiresInMs !== undefined) job.expiresAt = now + request.expiresInMs;
    this.transitions.accept(queue, job, request.dueAt ?? now + (request.delayMs ?? 0), now);
    return { status: 'created', id: formatJobId(job), state: job.state, payloadChanged: false };
  }
}
