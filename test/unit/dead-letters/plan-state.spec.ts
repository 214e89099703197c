import {
  MOST_UNDER_WAY,
  nextStep,
  stateAfter,
  type PlanChange,
  type PlanFigures,
  type PlanState,
} from '../../../lib/dead-letters/plans/plan-state.js';

const STATES: PlanState[] = ['canary', 'running', 'paused', 'completed', 'stopped', 'aborted'];

describe('the states of a plan', () => {
  it.each<[PlanChange, string]>([
    ['advance', 'canary>running'],
    ['pause', 'canary>paused running>paused'],
    ['resume', 'paused>canary'],
    ['stop', 'canary>stopped running>stopped'],
    ['abort', 'canary>aborted running>aborted paused>aborted'],
    ['complete', 'running>completed'],
  ])('can be changed by %s: %s', (change, expected) => {
    const changes = STATES.flatMap((state) => {
      const next = stateAfter(state, change, 'canary');
      return next ? [`${state}>${next}`] : [];
    });
    expect(changes.join(' ')).toBe(expected);
  });

  it('go on where they were paused', () => {
    expect(stateAfter('paused', 'resume', 'running')).toBe('running');
  });
});

describe('what a plan does next', () => {
  const limits = { canary: 10, stopAbove: 0.2, minimum: 5 };
  const figures = (some: Partial<PlanFigures>): PlanFigures => ({
    ...{ moved: 0, completed: 0, died: 0, cancelled: 0, underWay: 0, over: false },
    ...some,
  });

  it.each<[string, PlanState, Partial<PlanFigures>, ReturnType<typeof nextStep>]>([
    ['moves its canary', 'canary', { moved: 4, underWay: 4 }, { kind: 'move', most: 6 }],
    ['waits for it', 'canary', { moved: 10, completed: 4, underWay: 6 }, { kind: 'wait' }],
    [
      'goes on when it ended well',
      'canary',
      { moved: 10, completed: 8, died: 2 },
      { kind: 'change', change: 'advance' },
    ],
    ['stops when it did not', 'canary', { moved: 10, completed: 7, died: 3 }, { kind: 'change', change: 'stop' }],
    ['stops in the midst of it', 'canary', { moved: 10, died: 5, underWay: 5 }, { kind: 'change', change: 'stop' }],
    [
      'judges a small canary',
      'canary',
      { moved: 2, died: 1, completed: 1, over: true },
      { kind: 'change', change: 'stop' },
    ],
    ['goes on from an empty canary', 'canary', { over: true }, { kind: 'change', change: 'advance' }],
    ['moves the rest', 'running', { moved: 10, completed: 10 }, { kind: 'move', most: MOST_UNDER_WAY }],
    ['has not too many under way', 'running', { moved: 2_000, underWay: MOST_UNDER_WAY }, { kind: 'wait' }],
    ['fills up', 'running', { underWay: MOST_UNDER_WAY - 3 }, { kind: 'move', most: 3 }],
    ['judges nothing below the minimum', 'running', { died: 4, underWay: 9, over: true }, { kind: 'wait' }],
    ['stops from the minimum on', 'running', { died: 2, completed: 3 }, { kind: 'change', change: 'stop' }],
    [
      'does not stop at the share itself',
      'running',
      { died: 2, completed: 8, over: true, underWay: 1 },
      { kind: 'wait' },
    ],
    [
      'counts who was cancelled as ended',
      'running',
      { died: 2, cancelled: 8, over: true, underWay: 1 },
      { kind: 'wait' },
    ],
    ['completes', 'running', { moved: 3, completed: 3, over: true }, { kind: 'change', change: 'complete' }],
    ['does nothing while it is paused', 'paused', { died: 9 }, { kind: 'wait' }],
    ['counts on after its end', 'stopped', { underWay: 1 }, { kind: 'wait' }],
    ['is closed', 'aborted', { moved: 3, died: 3 }, { kind: 'close' }],
  ])('%s', (_, state, some, step) => {
    expect(nextStep(state, limits, figures(some))).toEqual(step);
  });

  it('stops at the first death where none is allowed, and never where all are', () => {
    const one = figures({ died: 1, completed: 99 });
    expect(nextStep('running', { ...limits, stopAbove: 0 }, one)).toEqual({ kind: 'change', change: 'stop' });
    const all = figures({ died: 100 });
    expect(nextStep('running', { ...limits, stopAbove: 1 }, all)).toMatchObject({ kind: 'move' });
  });
});
