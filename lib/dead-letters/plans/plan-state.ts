/**
 * Where a plan over many dead letters is.
 *
 * ```mermaid
 * stateDiagram-v2
 *   [*] --> canary: replayMany with a canary
 *   [*] --> running: replayMany, resolveMany
 *   canary --> running: advance (the canary ended well)
 *   canary --> stopped: stop (too many of it died again)
 *   running --> stopped: stop (too many died again)
 *   running --> completed: complete (all are moved and ended)
 *   canary --> paused: pause
 *   running --> paused: pause
 *   paused --> canary: resume
 *   paused --> running: resume
 *   canary --> aborted: abort
 *   running --> aborted: abort
 *   paused --> aborted: abort
 * ```
 *
 * @example
 * const isOver = ({ state }: { state: PlanState }): boolean => ['completed', 'stopped', 'aborted'].includes(state);
 * @publicApi
 */
export type PlanState = 'canary' | 'running' | 'paused' | 'completed' | 'stopped' | 'aborted';

export type PlanChange = 'advance' | 'pause' | 'resume' | 'stop' | 'abort' | 'complete';

/** Where a paused plan goes on. */
export type WorkingState = Extract<PlanState, 'canary' | 'running'>;

const WORKING: Readonly<Partial<Record<PlanChange, PlanState>>> = {
  pause: 'paused',
  stop: 'stopped',
  abort: 'aborted',
};

const CHANGES: Readonly<Record<PlanState, Readonly<Partial<Record<PlanChange, PlanState>>>>> = {
  canary: { ...WORKING, advance: 'running' },
  running: { ...WORKING, complete: 'completed' },
  paused: { abort: 'aborted', resume: 'running' },
  completed: {},
  stopped: {},
  aborted: {},
};

/** Undefined where the plan can not be changed so. */
export function stateAfter(state: PlanState, change: PlanChange, resumesTo: WorkingState): PlanState | undefined {
  const next = CHANGES[state][change];
  return next && change === 'resume' ? resumesTo : next;
}

export function isWorking(state: PlanState): state is WorkingState {
  return state === 'canary' || state === 'running';
}

/** What became of the letters of a plan, over all its queues. */
export interface PlanFigures {
  /** Replayed, or resolved. */
  readonly moved: number;
  readonly completed: number;
  readonly died: number;
  readonly cancelled: number;
  readonly underWay: number;
  /** Nothing is left to move. */
  readonly over: boolean;
}

/** By what a plan judges how it goes on. */
export interface PlanLimits {
  /** So many first; 0 for none. */
  readonly canary: number;
  /** The largest share of those ended that may have died again. */
  readonly stopAbove: number;
  /** The share counts from so many on; in the canary, at its end. */
  readonly minimum: number;
}

export type PlanStep =
  | { readonly kind: 'move'; readonly most: number }
  /** Until some of those under way ended, or a person decides. */
  | { readonly kind: 'wait' }
  | { readonly kind: 'change'; readonly change: Extract<PlanChange, 'advance' | 'stop' | 'complete'> }
  /** Nothing will happen any more. */
  | { readonly kind: 'close' };

/** However fast a plan may be, no more of its jobs are under way: a cause that is not mended should be found out before all died again. */
export const MOST_UNDER_WAY = 1_000;

export function nextStep(state: PlanState, limits: PlanLimits, figures: PlanFigures): PlanStep {
  if (state === 'paused') return { kind: 'wait' };
  if (!isWorking(state)) return { kind: figures.underWay > 0 ? 'wait' : 'close' };
  const ended = figures.completed + figures.died + figures.cancelled;
  const isTooMany = figures.died > limits.stopAbove * ended;
  if (isTooMany && ended >= limits.minimum) return { kind: 'change', change: 'stop' };

  const left = state === 'canary' ? limits.canary - figures.moved : Infinity;
  if (left > 0 && !figures.over) {
    const room = MOST_UNDER_WAY - figures.underWay;
    return room > 0 ? { kind: 'move', most: Math.min(left, room) } : { kind: 'wait' };
  }
  if (figures.underWay > 0) return { kind: 'wait' };
  if (state === 'running') return { kind: 'change', change: 'complete' };
  return { kind: 'change', change: isTooMany ? 'stop' : 'advance' };
}
