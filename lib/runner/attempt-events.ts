import type { Clock } from '../core/clock.js';
import type { JobEvent } from '../core/job-event.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { SettleStatus } from '../engine/consumer.port.js';
import type { RunningAttempt } from './running-attempt.js';
import type { StoreClock } from '../core/store-clock.js';

type Facts<T extends JobEvent['type']> = Omit<Extract<JobEvent, { type: T }>, 'type' | 'at' | 'id' | 'name' | 'queue'>;

/** Tells the bus of attempts; makes nothing that nobody asked for. */
export class AttemptEvents {
  constructor(
    private readonly bus: JobEventBus,
    private readonly clock: Clock,
    private readonly storeClock: StoreClock,
  ) {}

  started(attempt: RunningAttempt): void {
    const { queue, type, life, attempt: number, startedAt, enqueuedAt } = attempt.job;
    const waitedMs = Math.max(0, startedAt - enqueuedAt);
    // One that was replayed has not waited since it was enqueued: for the most of that time it was dead.
    if (number === 1 && life === 0) this.bus.countStart(queue, type, waitedMs);
    if (this.bus.wants('job.started')) this.emit(attempt, 'job.started', { ...numbers(attempt), waitedMs });
  }

  /** After the store believed it, or did not. */
  settled(attempt: RunningAttempt, status: SettleStatus): void {
    const { outcome, durationMs } = attempt;
    if (status === 'lease_lost') return this.leaseLost(attempt);
    if (status === 'cancelled') return this.cancelled(attempt);
    switch (outcome?.kind) {
      case 'completed':
        if (this.bus.wants('job.completed')) this.emit(attempt, 'job.completed', { ...numbers(attempt), durationMs });
        if (outcome.notKept !== undefined) this.emit(attempt, 'job.result-not-kept', { why: outcome.notKept });
        return;
      case 'retry': {
        if (!this.bus.wants('job.retried')) return;
        const { delayMs, failed } = outcome;
        return this.emit(attempt, 'job.retried', {
          ...numbers(attempt),
          failures: failed.failures,
          error: failed.error,
          delayMs,
          nextRetryAt: this.storeClock.now() + delayMs,
          durationMs,
        });
      }
      case 'buried': {
        if (!this.bus.wants('job.buried')) return;
        const { owner, runbook, severity } = attempt.registered.definition.policy;
        const { reason, failed } = outcome;
        return this.emit(attempt, 'job.buried', {
          ...numbers(attempt),
          failures: failed.failures,
          error: failed.error,
          reason,
          owner,
          runbook,
          severity,
        });
      }
      case 'released':
        if (outcome.why === 'unbegun') return;
        return this.emit(attempt, 'job.released', { ...numbers(attempt), why: outcome.why });
      case 'cancelled':
        return this.cancelled(attempt);
      default:
    }
  }

  leaseLost(attempt: RunningAttempt): void {
    this.emit(attempt, 'job.lease-lost', { attempt: attempt.job.attempt });
  }

  zombie(attempt: RunningAttempt, ended: boolean, zombies: number): void {
    this.emit(attempt, 'job.zombie', { attempt: attempt.job.attempt, ended, zombies });
  }

  private cancelled(attempt: RunningAttempt): void {
    this.emit(attempt, 'job.cancelled', { running: !attempt.job.cancelRequested });
  }

  private emit<T extends JobEvent['type']>(attempt: RunningAttempt, type: T, facts: Facts<T>): void {
    if (!this.bus.wants(type)) return;
    const { id, type: name, queue } = attempt.job;
    this.bus.emit({ type, at: this.clock.now(), id, name, queue, ...facts } as unknown as JobEvent);
  }
}

function numbers({ job, maxRetries }: RunningAttempt): { attempt: number; failures: number; maxAttempts: number } {
  return { attempt: job.attempt, failures: job.failures, maxAttempts: 1 + maxRetries };
}
