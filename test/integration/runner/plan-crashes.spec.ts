import { systemClock } from '../../../lib/core/clock.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import { DeadLetterPlans } from '../../../lib/dead-letters/plans/dead-letter-plans.js';
import type { ReplayPlan } from '../../../lib/dead-letters/plans/replay-plan.js';
import { buried } from '../../support/engine-settlements.js';
import { EngineWorker } from '../../support/engine-worker.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';
import type { Deed } from './deeds.js';
import { eachOnItsScene, type ProcessScene } from './process-scene.js';

const BY = { actor: 'ann', reason: 'the provider is back' };
const SETTINGS = { ratePerSecond: 400, keepSteps: true, canary: 0, stopAbove: 1, minimum: 1 };
const QUICK = { leaseMs: 400, pollMs: 50 };

/** Dead letters, each seventh of which will die again. */
async function bury(on: ProcessScene, count: number): Promise<string[]> {
  const deeds = Array.from({ length: count }, (_, n): Deed => ({ do: n % 7 === 0 ? 'refuse' : 'end' }));
  const ids = await on.enqueueMany(deeds);
  const harness = { ...on, second: on.engine, elapse: async () => undefined, close: async () => undefined };
  const undertaker = new EngineWorker(harness, 'work', 'undertaker');
  for (let left = count; left > 0;) {
    const jobs = await undertaker.claim();
    await undertaker.settle(...jobs.map((job) => buried(job)));
    left -= jobs.length;
  }
  expect(await on.sum('dead')).toBe(count);
  return ids;
}

describeWithRedis('processes that carry out a plan', (server) => {
  const scene = eachOnItsScene(server);
  /** Makes plans, and leaves them to others. */
  const plansOf = (on: ProcessScene): DeadLetterPlans =>
    new DeadLetterPlans({ engine: on.engine, clock: systemClock, runner: { kick: () => undefined } });

  async function closed(on: ProcessScene, id: string): Promise<ReplayPlan> {
    let plan: ReplayPlan | undefined;
    await eventually(async () => (plan = await plansOf(on).progress(id)).closed, { timeout: 20_000 });
    return plan as ReplayPlan;
  }

  async function movedBeyond(on: ProcessScene, id: string, count: number): Promise<void> {
    await eventually(async () => (await plansOf(on).progress(id)).moved >= count, { timeout: 10_000, interval: 5 });
  }

  it('killed one after the other: each letter is replayed once, and the figures are exact', async () => {
    const on = scene();
    const ids = await bury(on, 700);
    const { id } = await plansOf(on).begin('replay', { queue: 'work' }, { ...BY, dryRun: false, settings: SETTINGS });
    for (let deaths = 0; deaths < 2; deaths++) {
      // In the moment in which the answer to a move arrives.
      const victim = await on.worker({ plans: QUICK, diesOf: 'job.replayed' });
      expect(await victim.exited).toBe('SIGKILL');
    }
    const { moved } = await plansOf(on).progress(id);
    expect(moved).toBeGreaterThan(0);
    for (const more of [1, 90]) {
      const victim = await on.worker({ plans: QUICK });
      await movedBeyond(on, id, (await plansOf(on).progress(id)).moved + more);
      await victim.kill();
    }
    expect((await plansOf(on).progress(id)).moved).toBeLessThan(700);
    await Promise.all([on.worker({ plans: QUICK }), on.worker({ plans: QUICK })]);

    expect(await closed(on, id)).toMatchObject({
      ...{ state: 'completed', moved: 700, missed: 0, completed: 600, died: 100, cancelled: 0, underWay: 0 },
    });
    const jobs = await Promise.all(ids.map((jobId) => on.engine.get(parseJobId(jobId))));
    // Those that completed left nothing behind; of the others each was in two lives.
    const dead = jobs.filter((job) => job !== undefined);
    expect(dead.map(({ state, replays }) => [state, replays.map(({ planId }) => planId)])).toEqual(
      Array.from({ length: 100 }, () => ['dead', [id]]),
    );
    expect(await replaysInAudit(on)).toEqual({ lines: 700, letters: 700 });
    const ends = (await on.books()).filter(({ what }) => what === 'end');
    expect(new Set(ends.map(({ id: ended }) => ended)).size).toBe(600);
  }, 60_000);

  it('two at once, with two plans over the same letters: each letter is replayed by one of them', async () => {
    const on = scene();
    await bury(on, 140);
    await Promise.all([on.worker({ plans: QUICK }), on.worker({ plans: QUICK })]);
    const begun = { ...BY, dryRun: false, settings: SETTINGS };
    const plans = await Promise.all([0, 1].map(() => plansOf(on).begin('replay', {}, begun)));
    const reports = await Promise.all(plans.map(({ id }) => closed(on, id)));
    const sum = (figure: 'moved' | 'completed' | 'died'): number => reports[0][figure] + reports[1][figure];
    expect([sum('moved'), sum('completed'), sum('died')]).toEqual([140, 120, 20]);
    expect(await replaysInAudit(on)).toEqual({ lines: 140, letters: 140 });
  });

  it('paused, one moves nothing more from the answer on', async () => {
    const on = scene();
    await bury(on, 300);
    await on.worker({ plans: QUICK, idle: true });
    const settings = { ...SETTINGS, ratePerSecond: 100 };
    const { id } = await plansOf(on).begin('replay', {}, { ...BY, dryRun: false, settings });
    await movedBeyond(on, id, 1);
    const { moved } = await plansOf(on).pause(id, BY);
    const leases = new Set<string | null>();
    const lease = (): Promise<string | null> => on.redis.zscore(`{${on.place.prefix}:~plans}:live`, id);
    // Somebody attends to it all the while.
    await eventually(async () => leases.add(await lease()).size > 5, { timeout: 10_000 });
    expect(await plansOf(on).progress(id)).toMatchObject({ state: 'paused', moved, underWay: moved });
    await plansOf(on).resume(id, BY);
    await movedBeyond(on, id, moved + 1);
    await plansOf(on).abort(id, BY);
  });
});

async function replaysInAudit(on: ProcessScene): Promise<{ lines: number; letters: number }> {
  const targets: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await on.engine.audit('work', 100, cursor);
    targets.push(...page.items.filter(({ action }) => action === 'replay').map(({ target }) => target));
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return { lines: targets.length, letters: new Set(targets).size };
}
