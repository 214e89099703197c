import type { JobRef } from '../core/job-id.js';
import type { JobSnapshot, Page } from '../core/job-snapshot.js';
import type { JobState } from '../core/job-state.js';
import type { Actor } from '../core/named-actor.js';
import type { WorkerAnnouncement } from './consumer.port.js';

export type { Actor };

/**
 * Figures of one job type at one version, present from the first accepted job on. Suspects count as waiting.
 *
 * @example
 * const backlog = (stats: QueueStats): number => stats.types.reduce((sum, { waiting }: TypeStats) => sum + waiting, 0);
 * @publicApi
 */
export interface TypeStats {
  readonly type: string;
  readonly version: number;
  readonly scheduled: number;
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** Since the queue exists. */
  readonly accepted: number;
  readonly completed: number;
  readonly cancelled: number;
  readonly resolved: number;
  /** The type itself, whatever the queue is. */
  readonly paused: boolean;
}

/**
 * A queue's figures, and whether it moves.
 *
 * @example
 * const stuck: readonly QueueStats[] = (await queues.list()).filter(({ paused }) => paused);
 * @publicApi
 */
export interface QueueStats {
  readonly queue: string;
  readonly paused: boolean;
  readonly types: readonly TypeStats[];
}

export interface PauseTarget {
  readonly queue: string;
  /** A job type; without it, the whole queue. */
  readonly type?: string;
}

/** Where the record of a job with this key stands. */
export type JobPlace = Omit<JobRef, 'op'>;

export interface JobFilter {
  readonly queue: string;
  readonly type: string;
  readonly state: Extract<JobState, 'scheduled' | 'waiting' | 'active' | 'dead'>;
}

/** What onlookers and operators ask of the store. */
export interface JobInspector {
  get(ref: JobRef): Promise<JobSnapshot | undefined>;

  /** Whichever job has the place: a live or dead one, or one that ended, as long as anything is known of it. */
  getHolder(place: JobPlace): Promise<JobSnapshot | undefined>;

  /**
   * Scheduled: soonest first; waiting: in the order of claiming; active: oldest start first; dead: newest burial first.
   * @throws VigilError `CURSOR_INVALID` for a cursor that no page ended with
   */
  list(filter: JobFilter, limit: number, cursor?: string): Promise<Page<JobSnapshot>>;

  /** Every queue for which a job was accepted or a worker announced itself, in the order of their names. */
  queues(): Promise<string[]>;

  /** One consistent reading of a queue: accepted is always the sum of the rest. */
  stats(queue: string): Promise<QueueStats>;

  workers(queue: string): Promise<(WorkerAnnouncement & { readonly leaseUntil: number })[]>;

  setPaused(target: PauseTarget, paused: boolean, by: Actor): Promise<void>;
}
