import type { JobRef } from '../../core/job-id.js';
import type { StoredOverrides } from '../../core/job-policy.js';
import type { JobState } from '../../core/job-state.js';
import type { PriorityLevel } from '../../core/priority.js';
import type { Burial } from '../consumer.port.js';
import type { EnqueueRequest } from '../producer.port.js';
import type { AttemptHistory } from './attempt-history.js';
import type { HeapPlace } from './indexed-heap.js';
import type { QueuePlace } from './linked-queue.js';

/** Who runs an attempt, and until when. `text` is what every write of the attempt must show. */
export interface Lease {
  readonly text: string;
  readonly worker: string;
  readonly token: number;
  readonly startedAt: number;
  readonly deadline: number;
}

export interface Grave extends Burial {
  readonly buriedAt: number;
  /** Its place among all dead letters of the store. */
  readonly position: number;
}

/** A job that is live or dead. Texts stay texts, so that nobody shares an object with the store. */
export class MemoryJob implements JobRef {
  readonly queue: string;
  readonly type: string;
  readonly slotKey: string;
  readonly op: string;
  readonly version: number;
  readonly key?: string | number;
  readonly level: PriorityLevel;
  payload: string;
  payloadHash: string;
  overrides?: StoredOverrides;

  state: Extract<JobState, 'scheduled' | 'waiting' | 'active' | 'dead'> = 'waiting';
  life = 0;
  /** Attempts begun in this life. */
  attempt = 0;
  failures = 0;
  stalls = 0;
  suspect = false;
  cancelRequested = false;
  expiresAt?: number;

  place?: QueuePlace<MemoryJob>;
  due?: HeapPlace<MemoryJob>;
  expiry?: HeapPlace<MemoryJob>;
  lease?: Lease;
  grave?: Grave;

  history?: AttemptHistory;
  steps?: Map<string, string>;
  stepBytes = 0;
  progress?: string;

  constructor(
    request: EnqueueRequest,
    readonly enqueuedAt: number,
  ) {
    this.queue = request.queue;
    this.type = request.type;
    this.slotKey = request.slotKey;
    this.op = request.op;
    this.version = request.version;
    this.key = request.key;
    this.level = request.level;
    this.payload = request.payload;
    this.payloadHash = request.payloadHash;
    this.overrides = request.overrides && structuredClone(request.overrides);
  }
}

/** What is left of a job after its end, until its window is over. */
export class Tombstone implements JobRef {
  readonly queue: string;
  readonly type: string;
  readonly slotKey: string;
  readonly op: string;
  readonly version: number;
  readonly key?: string | number;
  readonly level: PriorityLevel;
  readonly payloadHash: string;
  readonly life: number;
  readonly enqueuedAt: number;

  constructor(
    job: MemoryJob,
    readonly state: Extract<JobState, 'completed' | 'cancelled' | 'resolved'>,
    readonly endedAt: number,
    readonly windowEnd: number,
    readonly result?: string,
  ) {
    this.queue = job.queue;
    this.type = job.type;
    this.slotKey = job.slotKey;
    this.op = job.op;
    this.version = job.version;
    this.key = job.key;
    this.level = job.level;
    this.payloadHash = job.payloadHash;
    this.life = job.life;
    this.enqueuedAt = job.enqueuedAt;
  }
}
