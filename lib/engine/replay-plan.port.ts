import type { JobRef } from '../core/job-id.js';
import type { Page } from '../core/job-snapshot.js';
import type { AuditEntry } from './dead-letter.port.js';
import type { Actor } from './inspector.port.js';

/** A plan as it is stored. The text is the plan's own affair; the store compares it as a whole. */
export interface StoredPlan {
  readonly text: string;
  /** Rises with whoever takes the plan over or changes it; what is done under a lower one is refused. */
  readonly fence: number;
}

export interface PlanWrite {
  readonly planId: string;
  /** What is believed to be stored; absent for a plan that is not there yet. */
  readonly expected?: string;
  readonly text: string;
  /** Somebody is to attend to it. */
  readonly live: boolean;
  /** Whoever attends writes under his fence and keeps it. Without it the one who attends is shut out, and anybody may take over. */
  readonly fence?: number;
}

/** The line that a change of the plan leaves in a queue's audit. */
export interface PlanLine extends Actor {
  readonly action: Extract<AuditEntry['action'], `plan-${string}`>;
  /** Only rises; a line is written once. */
  readonly revision: number;
  readonly before: string;
  readonly after: string;
}

/** How far a plan has come in one queue. */
export interface PlanPart {
  readonly queue: string;
  /** Where the list of dead letters goes on, for `deadLetters`. */
  readonly cursor: string;
  /** Nothing is left to move. */
  readonly over: boolean;
  /** Replayed, or resolved. */
  readonly moved: number;
  /** Somebody else was faster. */
  readonly missed: number;
  /** What became of those replayed. Of what left nothing behind only its completion is known. */
  readonly completed: number;
  readonly died: number;
  readonly cancelled: number;
  /** Replayed, and not ended as far as anybody looked. */
  readonly underWay: number;
}

export interface PlannedLetter {
  readonly ref: JobRef;
  readonly life: number;
  /** Of a resolution. */
  readonly windowMs: number;
}

/** What a plan does next in one queue. The same again, or from a position that is not the plan's any more, moves nothing. */
export interface PlannedMove extends Actor {
  readonly planId: string;
  readonly queue: string;
  readonly fence: number;
  readonly action: 'replay' | 'resolve';
  readonly cursor: string;
  /** Where the list goes on behind these letters; absent at its end. */
  readonly nextCursor?: string;
  readonly letters: readonly PlannedLetter[];
  /** Of a replay. */
  readonly keepSteps: boolean;
}

/** Plans over many dead letters: one record for each, a part in each of its queues, and whoever attends to it at the moment. */
export interface ReplayPlans {
  /** Undefined when another text is stored, or the fence is not the last one. The same again changes nothing. */
  writePlan(write: PlanWrite): Promise<StoredPlan | undefined>;

  readPlan(planId: string): Promise<StoredPlan | undefined>;

  /**
   * Newest first.
   * @throws VigilError `CURSOR_INVALID`
   */
  listPlans(limit: number, cursor?: string): Promise<Page<string>>;

  /** Takes the live plans to which nobody attends, and keeps those of the same owner, for `leaseMs`; 0 gives them up. */
  attendPlans(owner: string, leaseMs: number): Promise<StoredPlan[]>;

  /**
   * Shuts out lower fences, and at the first time marks what is dead by then: later burials are none of the plan's.
   * Undefined for a fence that was shut out itself.
   */
  openPlanPart(queue: string, planId: string, fence: number, line: PlanLine): Promise<PlanPart | undefined>;

  /** All of it and the new position in one move; undefined for a fence that was shut out. */
  movePlanned(move: PlannedMove): Promise<PlanPart | undefined>;

  /** Looks what became of up to `most` of those under way, longest not looked at first, and tells how far the plan has come. */
  lookAtPlanned(queue: string, planId: string, most: number): Promise<PlanPart>;
}
