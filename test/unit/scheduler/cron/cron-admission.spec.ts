import { ATTEMPT_CONTROL, type AttemptControl } from '../../../../lib/core/attempt-control.js';
import type { CronPayload } from '../../../../lib/core/cron-payload.js';
import type { JobContext } from '../../../../lib/core/job-context.js';
import type { LockAnswer, LockRequest } from '../../../../lib/core/lock-provider.js';
import { CronAdmission, type RunWatcher } from '../../../../lib/scheduler/cron-admission.js';
import type { CronEntry } from '../../../../lib/scheduler/cron-entry.js';

const RUN: CronPayload = { slot: 1_000, trigger: 'schedule' };

/** An attempt that goes on, as far as an admission looks at it. */
function attemptAt(attempt: number, life = 0): JobContext {
  const control: AttemptControl = { life, stopped: undefined, interrupt: jest.fn(), onEnd: jest.fn() };
  return { id: 'default~books~s1~op', name: 'books', attempt, [ATTEMPT_CONTROL]: control } as unknown as JobContext;
}

function admission(
  answer: LockAnswer,
  watcher: Partial<RunWatcher>,
  isEngineShared = true,
): (context: JobContext) => Promise<unknown> {
  const entry = { name: 'books', lock: { acquire: async () => answer }, definition: { overlap: 'skip' } };
  const nobody: RunWatcher = { came: jest.fn(), began: jest.fn(), refused: jest.fn() };
  const parts = { watcher: { ...nobody, ...watcher }, holder: 'web-1:1', lockTtlMs: 30_000, isEngineShared };
  const invoke = new CronAdmission(parts).invoker(entry as unknown as CronEntry, async () => {
    throw new Error('it must not run');
  });
  return async (context) => invoke(RUN, context);
}

describe('a run that gets no lock', () => {
  it('is tried again where it can not be written down why it does not run', async () => {
    const refused = (): Promise<void> => Promise.reject(new Error('no connection'));
    const run = admission({ acquired: false, reason: 'held', holder: 'web-2:1' }, { refused });
    await expect(run(attemptAt(1))).rejects.toMatchObject({ code: 'ATTEMPT_POSTPONED', delayMs: 5_000 });
  });

  it.each([
    ['that has waited for the store of the locks, while later slots were run by others', false, 2, 'lock-unavailable'],
    ['that another instance was given', false, 1, 'slot-taken'],
    ['on a shared engine, which keeps slots in their order', true, 2, 'slot-taken'],
  ])('says of a slot %s why', async (_, isEngineShared, attempt, why) => {
    const refused = jest.fn();
    const run = admission({ acquired: false, reason: 'slot-taken', holder: 'web-2:1' }, { refused }, isEngineShared);
    const context = attemptAt(attempt);
    await run(context);
    expect(refused).toHaveBeenCalledWith(context, RUN, why, 'web-2:1');
  });
});

describe('the mark of an entry', () => {
  /** Whether each of several attempts, one after the other, moves it. */
  async function moves(
    contexts: readonly JobContext[],
    overlap: 'skip' | 'allow',
    isEngineShared: boolean,
  ): Promise<boolean[]> {
    const asked: LockRequest[] = [];
    const acquire = async (request: LockRequest): Promise<LockAnswer> => {
      asked.push(request);
      return {
        acquired: true,
        lock: { fencingToken: 1, lost: new AbortController().signal, release: async () => undefined },
      };
    };
    const entry = { name: 'books', lock: { acquire }, definition: { overlap } } as unknown as CronEntry;
    const watcher: RunWatcher = { came: jest.fn(), began: jest.fn(), refused: jest.fn() };
    const invoke = jest.fn();
    const parts = { watcher, holder: 'web-1:1', lockTtlMs: 30_000, isEngineShared };
    const run = new CronAdmission(parts).invoker(entry, invoke);
    for (const context of contexts) await run(RUN, context);
    expect(invoke).toHaveBeenCalledTimes(contexts.length);
    return asked.map(({ movesMark }) => movesMark);
  }

  it.each([
    ['shared', true],
    ['that is not shared', false],
  ])('is moved by the first run of a slot, and by no replay of it, on an engine %s', async (_, isEngineShared) => {
    expect(await moves([attemptAt(1)], 'skip', isEngineShared)).toEqual([true]);
    expect(await moves([attemptAt(1, 1)], 'skip', isEngineShared)).toEqual([false]);
  });

  it('is not moved twice by a run that had its lock', async () => {
    expect(await moves([attemptAt(1), attemptAt(2)], 'skip', false)).toEqual([true, false]);
    expect(await moves([attemptAt(1), attemptAt(2)], 'skip', true)).toEqual([true, false]);
  });

  it('is moved by runs that may overlap only where the engine does not keep them from coming twice', async () => {
    expect(await moves([attemptAt(1)], 'allow', true)).toEqual([false]);
    expect(await moves([attemptAt(1)], 'allow', false)).toEqual([true]);
  });
});

describe('a replay that finds its lock held', () => {
  it('waits for it: somebody asked for it, so it is not dropped', async () => {
    const refused = jest.fn();
    const run = admission({ acquired: false, reason: 'held', holder: 'web-2:1' }, { refused });
    await expect(run(attemptAt(1, 1))).rejects.toMatchObject({ code: 'ATTEMPT_POSTPONED', delayMs: 1_000 });
    expect(refused).not.toHaveBeenCalled();
  });
});
