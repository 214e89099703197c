import type { RecordedError } from './attempt.js';
import type { BurialReason } from './job-state.js';

interface EventOf<T extends string> {
  readonly type: T;
  /** Milliseconds since the epoch, by this process' clock. */
  readonly at: number;
}

interface JobEventOf<T extends string> extends EventOf<T> {
  readonly id: string;
  readonly name: string;
  readonly queue: string;
}

interface AttemptEventOf<T extends string> extends JobEventOf<T> {
  readonly attempt: number;
  /** Failures of this life so far, this attempt's included. */
  readonly failures: number;
  readonly maxAttempts: number;
}

/**
 * What happened, in the process where it happened. Best effort: nothing is replayed, and no listener can hurt a job.
 *
 * @example
 * events.stream().subscribe((event: JobEvent) => event.type === 'job.buried' && pager.page(event.id));
 * @publicApi
 */
export type JobEvent =
  | (JobEventOf<'job.enqueued'> & { readonly delayMs?: number })
  | (JobEventOf<'job.duplicate'> & { readonly state: string; readonly payloadChanged: boolean })
  | (AttemptEventOf<'job.started'> & { readonly waitedMs: number })
  | (AttemptEventOf<'job.completed'> & { readonly durationMs: number })
  /** It completed, but what it returned can not be kept; whoever waits for the result is told so. */
  | (JobEventOf<'job.result-not-kept'> & { readonly why: string })
  | (AttemptEventOf<'job.retried'> & {
      readonly error: RecordedError;
      readonly delayMs: number;
      readonly nextRetryAt: number;
      readonly durationMs: number;
    })
  | (AttemptEventOf<'job.buried'> & {
      readonly error: RecordedError;
      readonly reason: BurialReason;
      readonly owner?: string;
      readonly runbook?: string;
      readonly severity: string;
    })
  | (AttemptEventOf<'job.released'> & { readonly why: 'shutdown' | 'zombie' | 'stranger' | 'postponed' })
  | (JobEventOf<'job.stalled'> & { readonly attempt: number; readonly stalls: number; readonly suspect: boolean })
  /** A promise that its handler made and nobody awaited was rejected. Only with the option `asyncContext`. */
  | (JobEventOf<'job.late-rejection'> & { readonly attempt: number; readonly error: RecordedError })
  | (JobEventOf<'job.lease-lost'> & { readonly attempt: number })
  | (JobEventOf<'job.zombie'> & { readonly attempt: number; readonly ended: boolean; readonly zombies: number })
  | (JobEventOf<'job.cancelled'> & { readonly running: boolean })
  | (JobEventOf<'job.progress'> & { readonly value: unknown })
  | (JobEventOf<'job.replayed'> & { readonly actor: string; readonly reason: string })
  | (JobEventOf<'job.resolved'> & { readonly actor: string; readonly reason: string })
  | (EventOf<'queue.paused'> & {
      readonly queue: string;
      readonly name?: string;
      readonly actor: string;
      readonly reason: string;
    })
  | (EventOf<'queue.resumed'> & {
      readonly queue: string;
      readonly name?: string;
      readonly actor: string;
      readonly reason: string;
    })
  | (EventOf<'worker.started'> & { readonly worker: string; readonly queues: readonly string[] })
  | (EventOf<'worker.draining'> & { readonly worker: string; readonly running: number })
  | (EventOf<'worker.stopped'> & { readonly worker: string; readonly released: number })
  | (EventOf<'engine.unavailable'> & { readonly queue: string; readonly error: RecordedError })
  | (EventOf<'engine.recovered'> & { readonly queue: string; readonly afterMs: number });

/**
 * The name of an event.
 *
 * @example
 * const buried: JobEventType = 'job.buried';
 * @publicApi
 */
export type JobEventType = JobEvent['type'];

/**
 * The event of one name.
 *
 * @example
 * function onBuried(event: JobEventOfType<'job.buried'>) { return event.reason; }
 * @publicApi
 */
export type JobEventOfType<T extends JobEventType> = Extract<JobEvent, { type: T }>;
