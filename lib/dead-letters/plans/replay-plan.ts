import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { PlanState } from './plan-state.js';

/**
 * A plan over many dead letters, and how far it has come: its progress while it works, its report when it is over.
 *
 * @example
 * const { state, moved, died }: ReplayPlan = await deadLetters.plans.progress('ticket-4711');
 * @publicApi
 */
export interface ReplayPlan {
  readonly id: string;
  readonly action: 'replay' | 'resolve';
  readonly state: PlanState;
  /** Why it stopped, or what the last person to change it said. */
  readonly stateReason: string;
  /** Who began it, and why. */
  readonly actor: string;
  readonly reason: string;
  /** The queues that it goes through. */
  readonly queues: readonly string[];
  readonly canary: number;
  readonly ratePerSecond: number;
  readonly stopAbove: number;
  readonly minimum: number;
  /** Milliseconds since the epoch, by the clock of the process that did it. */
  readonly createdAt: number;
  readonly changedAt: number;
  /** Replayed, or resolved. */
  readonly moved: number;
  /** Somebody else dealt with them first. */
  readonly missed: number;
  /** Of those replayed: what became of them in the life that the plan gave them. A job that left nothing behind counts as completed. */
  readonly completed: number;
  readonly died: number;
  readonly cancelled: number;
  /** Replayed, and not ended as far as the plan has looked. */
  readonly underWay: number;
  /** Nothing will happen any more, and the figures are final. */
  readonly closed: boolean;
}

/**
 * What a dry run found.
 *
 * @example
 * const dryRun = { actor: 'ada', reason: 'the bank is back', dryRun: true } as const;
 * const { matching, sample }: PlanPreview = await deadLetters.replayMany({ queue: 'billing' }, dryRun);
 * @publicApi
 */
export interface PlanPreview {
  readonly matching: number;
  /** Up to ten of them, newest burial first. */
  readonly sample: readonly DeadLetterSummary[];
}
