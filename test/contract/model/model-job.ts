import type { JobRef } from '../../../lib/core/job-id.js';
import type { BurialReason, JobState } from '../../../lib/core/job-state.js';
import type { PriorityLevel } from '../../../lib/core/priority.js';
import type { ClaimedJob } from '../../../lib/engine/consumer.port.js';
import type { EnqueueRequest } from '../../../lib/engine/producer.port.js';

/** A job as the model sees it. Times are milliseconds since the beginning of the story. */
export interface ModelJob {
  readonly ref: JobRef;
  readonly version: number;
  readonly level: PriorityLevel;
  readonly key?: string | number;
  payload: string;
  payloadHash: string;
  state: JobState;
  life: number;
  /** Attempts begun in this life. */
  attempts: number;
  failures: number;
  stalls: number;
  suspect: boolean;
  cancelRequested: boolean;
  /** Attempts that ended otherwise than well, over all lives. */
  history: number;
  steps: Map<string, string>;
  progress?: string;
  /** While it waits: smaller is nearer to the head; jobs of one place came at the same instant, in whatever order. */
  place: number;
  /** While it is scheduled. */
  dueAt: number;
  /** Until it begins for the first time. */
  expiresAt?: number;
  /** While it is active. */
  attempt?: ClaimedJob;
  deadline: number;
  /** While it is dead. */
  reason?: BurialReason;
  burial: number;
  /** After its end. */
  windowEnd: number;
  result?: string;
}

export function newModelJob({ queue, type, slotKey, op, ...request }: EnqueueRequest): ModelJob {
  const { version, level, key, payload, payloadHash } = request;
  return {
    ref: { queue, type, slotKey, op },
    version,
    level,
    key,
    payload,
    payloadHash,
    state: 'waiting',
    life: 0,
    attempts: 0,
    failures: 0,
    stalls: 0,
    suspect: false,
    cancelRequested: false,
    history: 0,
    steps: new Map(),
    place: 0,
    dueAt: 0,
    deadline: 0,
    burial: 0,
    windowEnd: 0,
  };
}

/** Live, or dead: what has not ended for good. */
export function isOpen({ state }: ModelJob): boolean {
  return state === 'scheduled' || state === 'waiting' || state === 'active' || state === 'dead';
}

/** As the lease tells it. */
export function workerOf({ lease }: ClaimedJob): string {
  return lease.split('|')[1];
}
