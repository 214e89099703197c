import type { JobRef } from '../core/job-id.js';
import type { StoredOverrides } from '../core/job-policy.js';
import type { BurialReason } from '../core/job-state.js';
import type { PriorityLevel } from '../core/priority.js';

/** What a type needs of the store while a worker handles it. */
export interface ClaimDemand {
  readonly type: string;
  readonly version: number;
  /** At most so many of it in this turn. */
  readonly quota: number;
  /**
   * How long an attempt may take; overridden by the job's own timeout. An attempt that has not reported `ATTEMPT_GRACE_MS` after
   * it, on a live worker, is taken back as stalled.
   */
  readonly timeoutMs: number;
  /** Attempts in work over all workers and versions of the type. */
  readonly globalConcurrency?: number;
  readonly rateLimit?: { readonly max: number; readonly perMs: number };
}

export interface ClaimedJob extends JobRef {
  readonly id: string;
  readonly life: number;
  readonly version: number;
  readonly level: PriorityLevel;
  readonly key?: string | number;
  /** JSON text. */
  readonly payload: string;
  readonly overrides?: StoredOverrides;
  readonly enqueuedAt: number;
  /** From 1 in this life. */
  readonly attempt: number;
  readonly failures: number;
  readonly stalls: number;
  /** The whole of what the store compares before it believes this attempt; opaque. */
  readonly lease: string;
  /** What the store has written of the job, for it to be told again with the end; opaque. */
  readonly head: string;
  readonly fencingToken: number;
  /** By the store's clock. */
  readonly startedAt: number;
  /** JSON texts of the steps that earlier attempts remembered. */
  readonly steps: ReadonlyMap<string, string>;
  readonly suspect: boolean;
  /** Its time to begin is over: bury it as `expired` without running it. Never set for a job that had begun in this life. */
  readonly expired: boolean;
  readonly cancelRequested: boolean;
}

/** Which attempt a write belongs to. */
export interface Held extends JobRef {
  readonly life: number;
  readonly version: number;
  readonly lease: string;
  readonly head: string;
}

/** What is kept of a burial. The texts are made by the runner; the store only moves them. */
export interface Burial {
  readonly reason: BurialReason;
  /** JSON of a DeadLetterSummary without `buriedAt`, which the store adds. */
  readonly summary: string;
  readonly group: string;
  /** JSON of what is the same for the whole group: name, error class, normalised message. */
  readonly groupLabel: string;
}

/**
 * How an attempt ended. `entry` is the JSON of an AttemptRecord; the store keeps the first 5 and the last 45 whole.
 *
 * `windowMs` is how long a tombstone answers for the job after its end, with the result if there is one; 0 leaves nothing, and
 * is what a runner says for a job without key, result and retention.
 */
export type Settlement = Held &
  (
    | { readonly kind: 'completed'; readonly windowMs: number; readonly result?: string; readonly durationMs: number }
    | {
        readonly kind: 'retry';
        readonly delayMs: number;
        readonly entry: string;
        readonly durationMs: number;
        /** It was no failure of its own: stands in the history, and does not count. */
        readonly uncounted?: boolean;
      }
    /** Counts as a failure, as a retry does, unless it had expired. */
    | ({ readonly kind: 'buried'; readonly entry: string; readonly durationMs: number } & Burial)
    /** Given back without counting a failure; to the head of its list (the suspects' if it is one), or later by `delayMs`. */
    | {
        readonly kind: 'released';
        readonly delayMs: number;
        /** It was claimed and never began: the attempt does not count, and its time to begin goes on. */
        readonly unbegun?: boolean;
      }
    | { readonly kind: 'cancelled'; readonly windowMs: number; readonly entry?: string }
  );

/** `cancelled`: a retry, burial or release of a job whose cancellation had been asked for ended it as cancelled instead. */
export type SettleStatus = 'ok' | 'lease_lost' | 'cancelled';

export interface Turn {
  readonly queue: string;
  readonly worker: string;
  /** A worker may keep several turns of one queue in flight, each in a lane of its own. */
  readonly lane: number;
  /** Strictly increasing per lane. The same number again, whatever else it carries, gets the first answer again; a lower one changes nothing. */
  readonly seq: number;
  readonly settlements: readonly Settlement[];
  /** Free slots; 0 claims nothing. No turn fills more than `MOST_CLAIMED_PER_TURN`. */
  readonly slots: number;
  readonly demand: readonly ClaimDemand[];
  /** Begin at the lowest priority level, so that it is not starved. */
  readonly lowestFirst: boolean;
  /** The worker has no suspect in work, so it may take one. */
  readonly takeSuspect: boolean;
}

export interface TurnAnswer {
  /** The store's clock. */
  readonly now: number;
  /** One for each settlement, in order. */
  readonly settled: readonly SettleStatus[];
  readonly claimed: readonly ClaimedJob[];
  /** When something of this queue becomes due or a rate limit opens; absent when nothing is known. */
  readonly nextDueAt?: number;
}

/** What a worker tells of itself; kept while its lease lives. */
export interface WorkerAnnouncement {
  readonly worker: string;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: number;
  readonly state: 'running' | 'draining';
  readonly slots: number;
  readonly running: number;
  readonly zombies: number;
  /** Milliseconds: how late the event loop was at most in the last seconds, and how long the store takes for a command. */
  readonly vitals?: { readonly eventLoopLagMs: number; readonly storeLatencyMs?: number };
  readonly handles: readonly {
    readonly type: string;
    readonly versions: readonly number[];
    readonly maxStalls: number;
    readonly owner?: string;
    readonly runbook?: string;
    readonly severity: string;
    /** Name of the job that `onDead` makes of its dead letters. The store remembers it longer than the worker. */
    readonly compensatedBy?: string;
  }[];
}

export interface Heartbeat {
  readonly queue: string;
  readonly announcement: WorkerAnnouncement;
  readonly leaseMs: number;
  readonly held: readonly Held[];
  /**
   * The highest fencing token of which the worker knows that no older claim of its own is still on its way to it. What the store
   * counts as this worker's up to there and is not in `held` got lost with a reply, and is given back uncounted.
   */
  readonly knownToken: number;
}

export interface HeartbeatAnswer {
  readonly now: number;
  /** Indices into `held` that the store no longer counts as this worker's. */
  readonly lost: readonly number[];
  /** Indices into `held` whose cancellation was asked for. */
  readonly cancelRequested: readonly number[];
  /** Attempts given back because the worker did not know of them. */
  readonly strangers: number;
}

export interface StepWrite extends Held {
  readonly step?: { readonly name: string; readonly value: string };
  readonly progress?: string;
}

/** What a worker asks of the store. */
export interface JobConsumer {
  /** Settles and claims in one move. Safe to be resent with the same `seq`. */
  turn(turn: Turn): Promise<TurnAnswer>;

  /**
   * Renews the worker's lease and announces what it handles; the first one registers it. What a worker holds that never did so,
   * or not in time, the next sweep takes back.
   */
  heartbeat(beat: Heartbeat): Promise<HeartbeatAnswer>;

  /** Remembers a step's result or a progress value under the attempt's lease; with neither, only asks whether it still holds. */
  record(write: StepWrite): Promise<'ok' | 'lease_lost' | 'too_large'>;

  /**
   * Resolves when one of the types may have work, after `timeoutMs`, or when the signal aborts: a doorbell, which may ring for
   * nothing. The caller asks again with a turn. What arrives after a turn with free slots rings, even before this is called; as
   * many workers are woken as there are jobs. A job that is to be due before all others rings as well, so that `nextDueAt` is
   * asked for anew.
   */
  waitForWork(
    queue: string,
    worker: string,
    types: readonly { type: string; version: number }[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void>;

  /** Calls back when somebody cancels a job that this worker holds. Best effort; the heartbeat stands behind it. */
  onCancelRequest(queue: string, listener: (ref: JobRef) => void): Promise<() => Promise<void>>;

  /** Gives back what the worker still holds, uncounted, and forgets the worker. */
  retire(queue: string, worker: string): Promise<{ released: number }>;
}
