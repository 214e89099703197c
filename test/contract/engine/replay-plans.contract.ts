import { formatJobId, newOp, parseJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { PlanLine, PlannedMove, PlanPart } from '../../../lib/engine/replay-plan.port.js';
import type { EngineScene } from '../../support/engine-scene.js';
import { buried, cancelled, completed, heldOf } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

const BY = { actor: 'ann', reason: 'the provider is back' };
const HOUR_MS = 3_600_000;

function line(revision: number, action: PlanLine['action'] = 'plan-begun'): PlanLine {
  return { revision, action, ...BY, before: 'null', after: `{"revision":${revision}}` };
}

/** Jobs that are dead, the first enqueued buried first. */
async function deadJobs(scene: EngineScene, count: number): Promise<JobRef[]> {
  const refs: JobRef[] = [];
  for (let n = 0; n < count; n++) refs.push((await scene.enqueue({ key: `k${n}` })).ref);
  await dieAll(scene);
  return refs;
}

async function dieAll(scene: EngineScene): Promise<void> {
  const worker = scene.stranger();
  for (const job of await worker.claim()) {
    await scene.engine.record({ ...heldOf(job), step: { name: 'a', value: '1' } });
    await worker.settle(buried(job));
  }
}

/** A plan that one process attends to. */
class PlanScene {
  readonly planId = `plan-${newOp()}`;
  fence = 0;
  part!: PlanPart;

  private constructor(
    private readonly scene: EngineScene,
    private readonly action: PlannedMove['action'],
  ) {}

  static async open(scene: EngineScene, action: PlannedMove['action'] = 'replay'): Promise<PlanScene> {
    const plan = new PlanScene(scene, action);
    const stored = await scene.engine.writePlan({ planId: plan.planId, text: `${plan.planId} 1`, live: true });
    plan.fence = stored!.fence;
    plan.part = (await scene.engine.openPlanPart(scene.queue, plan.planId, plan.fence, line(1)))!;
    return plan;
  }

  /** What would be moved next. */
  async next(count: number, more: Partial<PlannedMove> = {}): Promise<PlannedMove> {
    const { queue } = this.scene;
    const { planId, fence, action } = this;
    const { cursor } = this.part;
    const page = await this.scene.engine.deadLetters({ queue }, count, cursor);
    const letters = page.items.map(({ id, life }) => ({ ref: parseJobId(id), life, windowMs: HOUR_MS }));
    return {
      ...{ planId, queue, fence, action, cursor, nextCursor: page.nextCursor, letters, keepSteps: true, ...BY },
      ...more,
    };
  }

  async move(move: PlannedMove, engine: JobEngine = this.scene.engine): Promise<PlanPart | undefined> {
    const part = await engine.movePlanned(move);
    if (part) this.part = part;
    return part;
  }

  look(most = 100): Promise<PlanPart> {
    return this.scene.engine.lookAtPlanned(this.scene.queue, this.planId, most);
  }

  async shutOut(): Promise<void> {
    const stored = await this.scene.second.writePlan({
      planId: this.planId,
      expected: `${this.planId} 1`,
      text: `${this.planId} 2`,
      live: true,
    });
    await this.scene.second.openPlanPart(this.scene.queue, this.planId, stored!.fence, line(2, 'plan-paused'));
  }
}

/** Of the plans that live, those of this test. */
async function attended(engine: JobEngine, owner: string, leaseMs: number, planId: string): Promise<number[]> {
  const plans = await engine.attendPlans(owner, leaseMs);
  return plans.filter(({ text }) => text.startsWith(planId)).map(({ fence }) => fence);
}

export function replayPlansContract(it: SceneTest): void {
  it('replays what was dead at its beginning, newest burial first, each once', async (scene) => {
    const refs = await deadJobs(scene, 5);
    const plan = await PlanScene.open(scene);
    const [late] = await scene.enqueueMany(1);
    await dieAll(scene);
    await scene.second.openPlanPart(scene.queue, plan.planId, plan.fence, line(1));
    plan.part = await plan.look(0);
    expect(await plan.move(await plan.next(2))).toMatchObject({ moved: 2, underWay: 2, over: false });
    expect(await scene.stateOf(refs[4])).toBe('waiting');
    // What dies again is none of the plan's any more.
    await dieAll(scene);
    expect(await plan.move(await plan.next(10))).toMatchObject({ moved: 5, missed: 0, over: true });
    expect((await scene.engine.deadLetters({ queue: scene.queue }, 10)).items.map(({ id }) => id).sort()).toEqual(
      [refs[4], refs[3], late].map(formatJobId).sort(),
    );
    expect((await scene.get(refs[0]))!.replays).toMatchObject([{ life: 1, planId: plan.planId, ...BY }]);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items.map(({ action }) => action)).toEqual([...Array<string>(5).fill('replay'), 'plan-begun']);
    expect(JSON.parse(items[0].after!)).toEqual({ state: 'waiting', life: 1, planId: plan.planId });
    expect(JSON.parse(items[0].before!)).toMatchObject({ id: formatJobId(refs[0]), life: 0 });
    expect(items[5]).toMatchObject({ target: plan.planId, ...BY, after: '{"revision":1}' });
  });

  it('moves nothing twice, whoever asks again', async (scene) => {
    await deadJobs(scene, 4);
    const plan = await PlanScene.open(scene);
    const move = await plan.next(2);
    const answers = await Promise.all([0, 1, 2, 3].map((n) => plan.move(move, n % 2 ? scene.engine : scene.second)));
    for (const answer of answers) expect(answer).toMatchObject({ moved: 2, missed: 0, underWay: 2 });
    await dieAll(scene);
    expect(await plan.move(move)).toMatchObject({ moved: 2, missed: 0 });
    expect(await plan.move(await plan.next(10))).toMatchObject({ moved: 4, over: true });
    expect(await plan.move({ ...move, cursor: plan.part.cursor })).toMatchObject({ moved: 4, missed: 0 });
    await dieAll(scene);
    expect(await scene.stats()).toMatchObject({ dead: 4, waiting: 0 });
  });

  it('moves nothing for whoever was shut out, and nothing in a queue that was not opened', async (scene) => {
    await deadJobs(scene, 2);
    const plan = await PlanScene.open(scene);
    const move = await plan.next(1);
    await plan.shutOut();
    expect(await plan.move(move)).toBeUndefined();
    expect(await scene.engine.openPlanPart(scene.queue, plan.planId, plan.fence, line(3))).toBeUndefined();
    expect(await plan.move({ ...move, planId: 'plan-nobody' })).toBeUndefined();
    expect(await scene.stats()).toMatchObject({ dead: 2 });
    expect(await plan.look(0)).toMatchObject({ moved: 0 });
  });

  it('counts as missed what others dealt with, or what is in another life', async (scene) => {
    const refs = await deadJobs(scene, 4);
    const plan = await PlanScene.open(scene);
    const move = await plan.next(4);
    await scene.engine.resolve(refs[0], HOUR_MS, BY);
    await scene.engine.replay(refs[1], BY);
    await dieAll(scene);
    expect(await plan.move(move)).toMatchObject({ moved: 2, missed: 2, underWay: 2 });
    expect(await scene.stateOf(refs[1])).toBe('dead');
  });

  it('finds out what became of each', async (scene) => {
    const refs = await deadJobs(scene, 8);
    const plan = await PlanScene.open(scene);
    await plan.move(await plan.next(8));
    const worker = scene.stranger();
    const jobs = new Map((await worker.claim()).map((job) => [job.slotKey, job]));
    const [done, gone, dropped, dead, resolved, revived, running] = refs.map((ref) => jobs.get(ref.slotKey)!);
    await worker.settle(completed(done), completed(gone, { windowMs: 0 }), cancelled(dropped));
    await worker.settle(buried(dead), buried(resolved), buried(revived));
    await scene.engine.resolve(resolved, HOUR_MS, BY);
    await scene.engine.replay(revived, BY);
    const ends = { completed: 2, cancelled: 1, died: 3 };
    expect(await plan.look()).toMatchObject({ ...ends, underWay: 2 });
    expect(await plan.look()).toMatchObject({ ...ends, underWay: 2 });
    await worker.settle(completed(running));
    await scene.enqueue({ key: 'k1' });
    expect(await plan.look()).toMatchObject({ ...ends, completed: 3, underWay: 1 });
  });

  it('looks at all of them in turn, a few at a time', async (scene) => {
    await deadJobs(scene, 5);
    const plan = await PlanScene.open(scene);
    await plan.move(await plan.next(5));
    const worker = scene.stranger();
    const jobs = await worker.claim();
    await plan.look(3);
    await worker.settle(...jobs.map((job) => completed(job)));
    expect(await plan.look(0)).toMatchObject({ completed: 0, underWay: 5 });
    expect(await plan.look(3)).toMatchObject({ completed: 3, underWay: 2 });
    expect(await plan.look(3)).toMatchObject({ completed: 5, underWay: 0 });
  });

  it('drops steps where it is told to', async (scene) => {
    await deadJobs(scene, 1);
    const plan = await PlanScene.open(scene);
    await plan.move(await plan.next(1, { keepSteps: false }));
    expect((await scene.stranger().claimOne()).steps.size).toBe(0);
  });

  it('resolves', async (scene) => {
    const refs = await deadJobs(scene, 3);
    const plan = await PlanScene.open(scene, 'resolve');
    expect(await plan.move(await plan.next(3))).toMatchObject({ moved: 3, over: true, underWay: 0 });
    for (const ref of refs) expect(await scene.stateOf(ref)).toBe('resolved');
    expect(await scene.stats()).toMatchObject({ resolved: 3, dead: 0 });
    const [entry] = (await scene.engine.audit(scene.queue, 1)).items;
    expect(entry).toMatchObject({ action: 'resolve', ...BY });
    expect(JSON.parse(entry.after!)).toEqual({ state: 'resolved', planId: plan.planId });
  });

  it('tells the audit of each change once', async (scene) => {
    const plan = await PlanScene.open(scene);
    const open = (revision: number): Promise<PlanPart | undefined> =>
      scene.second.openPlanPart(scene.queue, plan.planId, plan.fence, line(revision, 'plan-paused'));
    for (const revision of [1, 2, 2, 1]) await open(revision);
    const { items } = await scene.engine.audit(scene.queue, 10);
    expect(items.map(({ action }) => action)).toEqual(['plan-paused', 'plan-begun']);
  });

  it('is written by whoever knows what is there, and by nobody else', async (scene) => {
    const { planId } = await PlanScene.open(scene);
    const { engine, second } = scene;
    const changed = { planId, expected: `${planId} 1`, text: `${planId} 2`, live: true };
    expect(await engine.readPlan(planId)).toEqual({ text: `${planId} 1`, fence: 1 });
    expect(await engine.writePlan({ ...changed, expected: undefined })).toBeUndefined();
    expect(await engine.writePlan({ ...changed, fence: 7 })).toBeUndefined();
    expect(await second.writePlan(changed)).toEqual({ text: changed.text, fence: 2 });
    expect(await second.writePlan(changed)).toEqual({ text: changed.text, fence: 2 });
    expect(await engine.writePlan({ ...changed, text: 'late' })).toBeUndefined();
    const kept = { planId, expected: `${planId} 2`, text: `${planId} 3`, live: true, fence: 2 };
    expect(await engine.writePlan(kept)).toEqual({ text: kept.text, fence: 2 });
    expect(await engine.readPlan('plan-nobody')).toBeUndefined();
  });

  it('has one who attends to it, until he gives it up, dies, or is shut out', async (scene) => {
    const { planId } = await PlanScene.open(scene);
    const { engine, second } = scene;
    const [first] = await attended(engine, 'one', HOUR_MS, planId);
    expect(first).toBeGreaterThan(1);
    expect(await attended(second, 'two', HOUR_MS, planId)).toEqual([]);
    expect(await attended(engine, 'one', HOUR_MS, planId)).toEqual([first]);
    await engine.attendPlans('one', 0);
    const [taken] = await attended(second, 'two', 5, planId);
    expect(taken).toBe(first + 1);
    await scene.elapse(10);
    const [again] = await attended(engine, 'one', HOUR_MS, planId);
    expect(again).toBe(first + 2);
    const changed = { planId, expected: `${planId} 1`, text: `${planId} 2`, live: true };
    expect(await second.writePlan(changed)).toMatchObject({ fence: first + 3 });
    expect(await attended(second, 'two', HOUR_MS, planId)).toEqual([first + 4]);
    await second.writePlan({ planId, expected: changed.text, text: `${planId} 3`, live: false, fence: first + 4 });
    expect(await attended(second, 'two', HOUR_MS, planId)).toEqual([]);
    await engine.attendPlans('one', 0);
  });

  it('is listed, newest first, page by page', async (scene) => {
    const plans: string[] = [];
    for (let n = 0; n < 3; n++) {
      plans.unshift((await PlanScene.open(scene)).planId);
      await scene.elapse(2);
    }
    const first = await scene.engine.listPlans(2);
    expect(first.items).toEqual(plans.slice(0, 2).map((planId) => `${planId} 1`));
    const second = await scene.engine.listPlans(1, first.nextCursor);
    expect(second.items).toEqual([`${plans[2]} 1`]);
    await expect(scene.engine.listPlans(1, 'x')).rejects.toMatchObject({ code: 'CURSOR_INVALID' });
  });
}
