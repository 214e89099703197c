import type { JobRef } from '../core/job-id.js';
import type { StoredOverrides } from '../core/job-policy.js';
import type { JobState } from '../core/job-state.js';
import type { PriorityLevel } from '../core/priority.js';
import type { Actor } from './inspector.port.js';

export interface EnqueueRequest extends JobRef {
  readonly version: number;
  /** The key as given; the slot alone does not tell it when it is hashed. */
  readonly key?: string | number;
  readonly level: PriorityLevel;
  /** JSON text. */
  readonly payload: string;
  /** Of the canonical JSON; `-` for a job without a key, which nothing is ever compared with. */
  readonly payloadHash: string;
  readonly overrides?: StoredOverrides;
  /** Due this long after the store's now. */
  readonly delayMs?: number;
  /** Due at this instant by the store's clock; wins over `delayMs`. */
  readonly dueAt?: number;
  /** Buried as `expired` unless begun within this time of its enqueue. Holds for the first life only: a replayed job does not expire. */
  readonly expiresInMs?: number;
  /** An earlier call of unknown outcome is repeated: without a key it must not be accepted when that outcome is forgotten. */
  readonly repeat?: boolean;
}

export type EnqueueOutcome =
  | {
      readonly status: 'created' | 'duplicate';
      /** Of the job that has the key: the first one's, for a duplicate. */
      readonly id: string;
      readonly state: JobState;
      readonly payloadChanged: boolean;
      /** JSON text of a kept result. */
      readonly result?: string;
    }
  | { readonly status: 'operation_expired'; readonly id: string };

export interface CancelOutcome {
  /** `cancelled`: it never ran. `requested`: it is running and was told. `too_late`: it had ended, or is dead. */
  readonly status: 'cancelled' | 'requested' | 'too_late' | 'unknown';
  readonly state?: JobState;
}

/** How a watched job ended. */
export interface JobEnd {
  readonly state: 'completed' | 'dead' | 'cancelled' | 'resolved';
  readonly result?: string;
  readonly reason?: string;
  readonly errorName?: string;
  readonly errorMessage?: string;
}

/** What a client asks of the store. */
export interface JobProducer {
  /**
   * Accepts jobs; requests of one queue are atomic per chunk, outcomes are per item and in order. Safe to be resent: while
   * the store has a job or its tombstone with the request's own `op`, the answer is `created` with the state it is in. All requests
   * are taken before this returns; those that are made as they are taken are made while the store is at work on those before.
   * @throws VigilError `ENGINE_UNAVAILABLE`, `ENGINE_TIMEOUT` (outcome unknown), `ENGINE_FULL`
   */
  enqueue(requests: Iterable<EnqueueRequest>): Promise<EnqueueOutcome[]>;

  /**
   * What had not begun ends at once and frees its key; for an hour the store can tell that it was cancelled. Where `by` says who
   * wants it, that stands in the audit, unless nothing was left to cancel.
   */
  cancel(ref: JobRef, by?: Actor): Promise<CancelOutcome>;

  /**
   * Resolves when the job ends; with `unknown` at once when the store knows nothing of it. Registers before it looks, so no end
   * is missed. Stops when the signal aborts, and then rejects with its reason.
   */
  watch(ref: JobRef, signal: AbortSignal): Promise<JobEnd | 'unknown'>;
}
