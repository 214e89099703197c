import { AuditService } from '../../../lib/dead-letters/audit.service.js';
import type { DeadLetterService } from '../../../lib/dead-letters/dead-letter.service.js';
import type { PlanRunner } from '../../../lib/dead-letters/plans/plan-runner.js';
import type { ReplayPlan } from '../../../lib/dead-letters/plans/replay-plan.js';
import { Scene } from '../runner/scene.js';
import { lettersOf } from './letters.js';

const ADA = { actor: 'ada@example.org', reason: 'the partner mended its certificate' };
const BOB = { actor: 'bob@example.org', reason: 'too many complaints' };

let scene: Scene;
let deadLetters: DeadLetterService;
let runner: PlanRunner;
/** Keys whose jobs fail. */
let broken: (key: string) => boolean;
let runs: Map<string, number>;

beforeEach(async () => {
  broken = () => true;
  runs = new Map();
  const run = ({ key }: { key: string }): void => {
    runs.set(key, (runs.get(key) ?? 0) + 1);
    if (broken(key)) throw new Error('certificate expired');
  };
  const policy = { maxRetries: 0 };
  scene = await new Scene([
    { run, policy },
    { run, policy, name: 'other', queue: 'second' },
  ]).start();
  ({ deadLetters, runner } = lettersOf(scene));
});
afterEach(async () => {
  await runner.close();
  await scene.close();
});

async function bury(count: number, options: { queue?: string; type?: string } = {}): Promise<string[]> {
  const ids: string[] = [];
  for (let n = 0; n < count; n++) {
    const key = `${options.type ?? 'task'}-${runs.size}`;
    ids.push(await scene.enqueue({ key, data: { key }, ...options }));
    await scene.rest();
  }
  return ids;
}

function progress({ id }: { id: string }): Promise<ReplayPlan> {
  return deadLetters.plans.progress(id);
}

async function dead(): Promise<number> {
  return (await deadLetters.list({ limit: 100 })).items.length;
}

/** What the audit says of plans, oldest first. */
async function planLines(): Promise<string[]> {
  const { items } = await new AuditService(scene.engine).list({ limit: 100 });
  return items
    .filter(({ action }) => action.startsWith('plan'))
    .map(({ action, actor, queue }) => `${queue} ${action} ${actor}`)
    .reverse();
}

describe('a plan', () => {
  it('in a dry run counts and shows, and moves nothing', async () => {
    const ids = await bury(12);
    await bury(1, { queue: 'second', type: 'other' });
    const preview = await deadLetters.replayMany({ queue: 'work' }, { ...ADA, dryRun: true });
    expect(preview.matching).toBe(12);
    expect(preview.sample.map(({ id }) => id)).toEqual(ids.slice(2).reverse());
    expect(await deadLetters.replayMany({}, { ...ADA, dryRun: true })).toMatchObject({ matching: 13 });
    await scene.clock.advance('5s');
    expect(await dead()).toBe(13);
    expect((await deadLetters.plans.list()).items).toEqual([]);
    expect(await planLines()).toEqual([]);
  });

  it('in a dry run counts what it would move, and looks at no letters where they are counted already', async () => {
    await bury(12);
    await bury(3, { queue: 'second', type: 'other' });
    const [{ group, queue }] = (await deadLetters.groups({ name: 'other' })).items;
    const read = jest.spyOn(scene.engine, 'deadLetters');
    const looks = async (selection: object): Promise<[number, number, number]> => {
      read.mockClear();
      const { matching, sample } = await deadLetters.replayMany(selection, { ...ADA, dryRun: true });
      return [matching, sample.length, read.mock.calls.reduce((sum, [, limit]) => sum + limit, 0)];
    };
    expect(await looks({})).toEqual([15, 10, 10]);
    expect(await looks({ queue: 'work' })).toEqual([12, 10, 10]);
    expect(await looks({ queue: 'work', name: 'other' })).toEqual([0, 0, 10]);
    expect(await looks({ name: 'other' })).toEqual([3, 3, 10]);
    // The same error in two jobs is two causes, or one: the group says which.
    const both = (await deadLetters.list({ group, limit: 100 })).items.length;
    expect(await looks({ group })).toEqual([both, Math.min(both, 10), 10]);
    expect(await looks({ group, queue })).toEqual([3, 3, 10]);
    expect(await looks({ group, name: 'task', queue })).toEqual([0, 0, 10]);
    expect(await looks({ group, errorName: 'Error' })).toEqual([both, Math.min(both, 10), 100]);
    expect(await looks({ name: 'task', text: 'no such text' })).toEqual([0, 0, 100]);
  });

  it('replays all that match, each once, and reports', async () => {
    await bury(30);
    await bury(2, { queue: 'second', type: 'other' });
    broken = () => false;
    const plan = await deadLetters.replayMany({ name: 'task' }, ADA);
    expect(plan).toMatchObject({ state: 'running', action: 'replay', queues: ['second', 'work'], ...ADA });
    await scene.clock.advance('3s');
    const report = await progress(plan);
    expect(report).toMatchObject({ state: 'completed', closed: true, moved: 30, completed: 30, died: 0, underWay: 0 });
    expect(report.stateReason).toBe('30 replayed, 0 of 30 died again');
    expect([...runs.entries()].filter(([key, count]) => key.startsWith('task') && count === 2)).toHaveLength(30);
    expect(await dead()).toBe(2);
    expect(scene.eventsOf('job.replayed')).toHaveLength(30);
    expect((await deadLetters.plans.list()).items).toEqual([report]);
    const { items } = await new AuditService(scene.engine).list({ queue: 'work', limit: 100 });
    expect(items.filter(({ action, after }) => action === 'replay' && after?.includes(plan.id))).toHaveLength(30);
    expect(await planLines()).toEqual(
      expect.arrayContaining(['work plan-begun ada@example.org', 'work plan-completed ada@example.org']),
    );
  });

  it('of one cause leaves the others where they are', async () => {
    broken = (key) => key.endsWith('1') || key.endsWith('2');
    await bury(12);
    const [{ group }] = (await deadLetters.list()).items;
    await bury(2, { queue: 'second', type: 'other' });
    const before = await dead();
    broken = () => false;
    const plan = await deadLetters.replayMany({ group, text: 'TASK-1' }, ADA);
    await scene.clock.advance('3s');
    expect(await progress(plan)).toMatchObject({ state: 'completed', moved: 2, completed: 2 });
    expect(await dead()).toBe(before - 2);
  });

  it('keeps to its rate', async () => {
    await bury(20);
    broken = () => false;
    const plan = await deadLetters.replayMany({}, { ...ADA, ratePerSecond: 4 });
    const moved: number[] = [];
    for (let second = 0; second < 6; second++) {
      await scene.clock.advance('1s');
      moved.push((await progress(plan)).moved);
    }
    expect(moved).toEqual([5, 9, 13, 17, 20, 20]);
  });

  it('takes its canary from all queues, and goes on when it ended well', async () => {
    await bury(10);
    await bury(10, { queue: 'second', type: 'other' });
    broken = () => false;
    await deadLetters.replayMany({}, { ...ADA, canary: 4 });
    await scene.rest();
    expect(scene.eventsOf('job.replayed').map(({ queue }) => queue)).toEqual(['second', 'second', 'work', 'work']);
    await scene.clock.advance('3s');
    expect(await dead()).toBe(0);
    expect(await planLines()).toEqual(expect.arrayContaining(['work plan-advanced ada@example.org']));
  });

  it('stops when too many of its canary die again, and leaves the rest alone', async () => {
    await bury(20);
    broken = (key) => key.endsWith('9');
    const plan = await deadLetters.replayMany({}, { ...ADA, canary: 5, stopAbove: 0.1 });
    await scene.clock.advance('5s');
    expect(await progress(plan)).toMatchObject({
      ...{ state: 'stopped', closed: true, moved: 5, died: 1, completed: 4 },
      stateReason: 'canary: 1 of 5 died again, more than 0.1 of them',
    });
    expect(await dead()).toBe(16);
    expect(scene.lines).toContainEqual(expect.stringMatching(/^replay plan stopped: id=/));
  });

  it('stops by itself when too many die again, and does not replay these again', async () => {
    await bury(60);
    const plan = await deadLetters.replayMany({}, { ...ADA, ratePerSecond: 20, stopAbove: 0.5, minimum: 10 });
    await scene.clock.advance('10s');
    const { moved, ...rest } = await progress(plan);
    expect(rest).toMatchObject({ state: 'stopped', completed: 0, died: moved });
    expect(moved).toBeLessThan(30);
    expect(await dead()).toBe(60);
    expect(Math.max(...runs.values())).toBe(2);
  });

  it('pauses, goes on and is aborted, by whoever says so', async () => {
    await bury(40);
    broken = () => false;
    const plan = await deadLetters.replayMany({}, { ...ADA, ratePerSecond: 4 });
    await scene.clock.advance('1s');
    expect(await deadLetters.plans.pause(plan.id, BOB)).toMatchObject({ state: 'paused', stateReason: BOB.reason });
    const { moved } = await progress(plan);
    await scene.clock.advance('1m');
    expect(await progress(plan)).toMatchObject({ moved, completed: moved, underWay: 0 });
    await expect(deadLetters.plans.pause(plan.id, BOB)).rejects.toMatchObject({ code: 'PLAN_STATE', state: 'paused' });

    await deadLetters.plans.resume(plan.id, ADA);
    await scene.clock.advance('2s');
    expect((await progress(plan)).moved).toBeGreaterThan(moved + 4);
    await deadLetters.plans.abort(plan.id, BOB);
    const aborted = await progress(plan);
    await scene.clock.advance('1m');
    const { moved: last } = aborted;
    expect(await progress(plan)).toMatchObject({ state: 'aborted', closed: true, moved: last, completed: last });
    expect(await dead()).toBe(40 - last);
    for (const change of ['pause', 'resume', 'abort'] as const) {
      await expect(deadLetters.plans[change](plan.id, BOB)).rejects.toMatchObject({ state: 'aborted' });
      await expect(deadLetters.plans[change]('nobody', BOB)).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' });
      await expect(deadLetters.plans[change](plan.id, {} as never)).rejects.toMatchObject({
        code: 'ACTOR_AND_REASON_REQUIRED',
      });
    }
    await expect(progress({ id: 'nobody' })).rejects.toMatchObject({ code: 'PLAN_UNKNOWN' });
    expect((await planLines()).filter((line) => line.startsWith('work'))).toEqual([
      ...['work plan-begun ada@example.org', 'work plan-paused bob@example.org'],
      ...['work plan-resumed ada@example.org', 'work plan-aborted bob@example.org'],
    ]);
  });

  it('is one of two over the same letters, and each letter is replayed by one of them', async () => {
    await bury(40);
    broken = () => false;
    const plans = [await deadLetters.replayMany({}, ADA), await deadLetters.replayMany({}, BOB)];
    await scene.clock.advance('5s');
    const reports = await Promise.all(plans.map(progress));
    expect(reports[0].moved + reports[1].moved).toBe(40);
    for (const report of reports) expect(report).toMatchObject({ state: 'completed', completed: report.moved });
    expect([...runs.values()].every((count) => count === 2)).toBe(true);
  });

  it('is the same plan when it is asked for again by its name', async () => {
    await bury(3);
    broken = () => false;
    const first = await deadLetters.replayMany({}, { ...ADA, planId: 'ticket-4711' });
    await scene.clock.advance('1s');
    await bury(1);
    expect(await deadLetters.replayMany({}, { ...BOB, planId: 'ticket-4711' })).toMatchObject({
      ...{ id: first.id, state: 'completed', moved: 3, ...ADA },
    });
  });

  it('resolves', async () => {
    const ids = await bury(5);
    const plan = await deadLetters.resolveMany({ queue: 'work' }, ADA);
    await scene.clock.advance('1s');
    expect(await progress(plan)).toMatchObject({ action: 'resolve', state: 'completed', moved: 5, closed: true });
    for (const id of ids) expect(await scene.job(id)).toMatchObject({ state: 'resolved' });
    expect(scene.eventsOf('job.resolved')).toHaveLength(5);
  });

  it('over nothing is completed at once', async () => {
    const plan = await deadLetters.replayMany({ queue: 'nowhere' }, ADA);
    await scene.clock.advance('1s');
    expect(await progress(plan)).toMatchObject({ state: 'completed', moved: 0 });
    expect(await deadLetters.replayMany({ queue: 'nowhere' }, { ...ADA, dryRun: true })).toEqual({
      ...{ matching: 0, sample: [] },
    });
  });

  it.each([
    { canary: -1 },
    { stopAbove: 1.5 },
    { stopAbove: NaN },
    { minimum: 0 },
    { ratePerSecond: 0 },
    { planId: 'a b' },
    { dryRun: 'yes' },
    { canaries: 1 },
  ])('does not know %j', async (options) => {
    const plan = { ...ADA, ...options } as never;
    await expect(deadLetters.replayMany({}, plan)).rejects.toMatchObject({ code: 'PLAN_OPTIONS_INVALID' });
    await expect(deadLetters.resolveMany({}, { ...ADA, canary: 1 } as never)).rejects.toThrow(/canary/);
  });

  it('needs somebody and a reason', async () => {
    await expect(deadLetters.replayMany({}, {} as never)).rejects.toMatchObject({ code: 'ACTOR_AND_REASON_REQUIRED' });
  });
});

describe('a plan whose process', () => {
  it('loses answers counts each letter once', async () => {
    await bury(30);
    broken = () => false;
    const shaken = lettersOf(scene, { engine: scene.shaky.engine });
    scene.shaky.loseReplies('movePlanned', 2);
    const plan = await shaken.deadLetters.replayMany({}, ADA);
    await scene.clock.advance('2s');
    scene.shaky.loseReplies('writePlan', 1);
    scene.shaky.loseReplies('lookAtPlanned', 1);
    await scene.clock.advance('10s');
    expect(await progress(plan)).toMatchObject({
      state: 'completed',
      moved: 30,
      completed: 30,
      missed: 0,
      closed: true,
    });
    await shaken.runner.close();
  });

  it('dies is carried out by another one, from where it stood', async () => {
    await bury(40);
    broken = () => false;
    const other = lettersOf(scene, { pollMs: 1_000 });
    other.runner.kick();
    const dying = lettersOf(scene, { engine: scene.shaky.engine });
    const plan = await dying.deadLetters.replayMany({}, { ...ADA, ratePerSecond: 4 });
    await scene.clock.advance('1s');
    expect((await progress(plan)).moved).toBeGreaterThan(0);
    for (const method of ['attendPlans', 'movePlanned', 'writePlan'] as const) scene.shaky.loseRequests(method);
    await scene.clock.advance('30s');
    expect(await progress(plan)).toMatchObject({ state: 'completed', moved: 40, completed: 40, closed: true });
    scene.shaky.heal();
    await dying.runner.close();
    await other.runner.close();
  });

  it('is closed gives it up at once', async () => {
    await bury(40);
    broken = () => false;
    const other = lettersOf(scene, { pollMs: 100 });
    other.runner.kick();
    const plan = await deadLetters.replayMany({}, { ...ADA, ratePerSecond: 20 });
    await scene.rest();
    await runner.close();
    await scene.clock.advance('3s');
    expect(await progress(plan)).toMatchObject({ state: 'completed', moved: 40 });
    await other.runner.close();
  });
});
