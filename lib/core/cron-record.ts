import type { CronTrigger } from './cron-run.js';

export const CRON_OUTCOMES = ['completed', 'failed', 'skipped', 'missed', 'lost-lock'] as const;

/**
 * What became of a slot, or of one attempt to run it: `skipped`: something was in the way; `missed`: nobody was there to run it;
 * `lost-lock`: the run went on without its lock, was stopped, and the slot is tried again.
 *
 * @example
 * const isRun = (outcome: CronOutcome): boolean => outcome === 'completed' || outcome === 'failed';
 * @publicApi
 */
export type CronOutcome = (typeof CRON_OUTCOMES)[number];

/**
 * Why a slot did not run. `overlap`: an earlier run was not over; `lock-held`: another instance held the lock; `slot-taken`: another
 * instance had been given the slot; `lock-unavailable`: the store of the locks could not be reached until later slots had run; `paused`;
 * `stopped`: it was `disabled`, or stopped through its `CronJob`; `cancelled`; `late`: the process was too busy; `down`: no instance was
 * there.
 *
 * @example
 * const inTheWay: CronReason = 'overlap';
 * @publicApi
 */
export type CronReason =
  'overlap' | 'lock-held' | 'slot-taken' | 'lock-unavailable' | 'paused' | 'stopped' | 'cancelled' | 'late' | 'down';

/**
 * One line of an entry's history.
 *
 * @example
 * const took = ({ durationMs = 0 }: CronRecord): string => `${durationMs} ms`;
 * @publicApi
 */
export interface CronRecord {
  /** UTC milliseconds. */
  readonly slot: number;
  readonly trigger: CronTrigger;
  /** Absent while the run is not over. */
  readonly outcome?: CronOutcome;
  /** Of a slot that did not run. */
  readonly why?: CronReason;
  /** Who was in the way, where it is known. */
  readonly by?: string;
  /** Host and process that ran it, or that decided that it does not run; `host:pid`. */
  readonly instance?: string;
  /** The job that is the run: what `JobClient.get` and dead letters know it by. */
  readonly jobId?: string;
  /** Of the job, from 1. */
  readonly attempt?: number;
  /** Of a run that was dead and was replayed: 1, and one more with each replay. */
  readonly life?: number;
  /** Milliseconds since the epoch. */
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly durationMs?: number;
  readonly error?: { readonly name: string; readonly message: string };
}
