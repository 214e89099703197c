import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { DeadLetterSummary } from '../../../lib/core/job-snapshot.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { SceneTest } from './scene-test.js';

const COMPENSATED = { handles: [{ type: 'task', maxStalls: 0, compensatedBy: 'task:onDead' }] } as const;
const PLAIN = { handles: [{ type: 'task', maxStalls: 0 }] } as const;
const GRACE = { noHandlerAlertMs: 20, noHandlerGraceMs: 20 };

/** What the alert of its burial says. */
async function alertOf(scene: EngineScene, ref: JobRef): Promise<DeadLetterSummary | undefined> {
  const alerts = await scene.engine.takeAlerts(scene.queue, 100, 60_000);
  const letters = alerts
    .filter(({ kind }) => kind === 'job.buried')
    .map(({ data }) => JSON.parse(data) as DeadLetterSummary);
  return letters.find(({ id }) => id === formatJobId(ref));
}

async function expire(scene: EngineScene): Promise<JobRef> {
  const { ref } = await scene.enqueue({ expiresInMs: 5 });
  await scene.elapse(20);
  await scene.sweep();
  return ref;
}

/** Handled by nobody, while a worker for something else lives. */
async function abandon(scene: EngineScene): Promise<JobRef> {
  const { ref } = await scene.enqueue();
  await scene.worker({ handles: [{ type: 'other' }] });
  await scene.sweep(GRACE);
  await scene.elapse(50);
  await scene.sweep(GRACE);
  return ref;
}

/** Twice, because the first time does not count. */
async function stall(scene: EngineScene): Promise<JobRef> {
  const { ref } = await scene.enqueue();
  for (let death = 0; death < 2; death++) {
    const worker = await scene.worker(COMPENSATED);
    await worker.claimOne();
    await worker.die(COMPENSATED);
    await scene.sweep();
  }
  return ref;
}

export function onDeadContract(it: SceneTest): void {
  it('is named by the alert of what expired', async (scene) => {
    await scene.worker(COMPENSATED);
    const ref = await expire(scene);
    expect(await alertOf(scene, ref)).toMatchObject({ reason: 'expired', compensatedBy: 'task:onDead' });
  });

  it('is named by the alert of what stalled', async (scene) => {
    const ref = await stall(scene);
    expect(await alertOf(scene, ref)).toMatchObject({ reason: 'stalled', compensatedBy: 'task:onDead' });
  });

  it('is named by the alert of what nobody handles, when those who did are long forgotten', async (scene) => {
    const former = await scene.worker(COMPENSATED);
    const crashed = await scene.worker(COMPENSATED);
    await scene.engine.retire(scene.queue, former.id);
    await crashed.die(COMPENSATED);
    await scene.sweep();
    const ref = await abandon(scene);
    expect(await alertOf(scene, ref)).toMatchObject({ reason: 'no_handler', compensatedBy: 'task:onDead' });
    expect((await scene.get(ref))?.burial).toMatchObject({ compensatedBy: 'task:onDead' });
  });

  it('is not named where the workers that were heard of last have none', async (scene) => {
    await scene.worker(COMPENSATED);
    await scene.worker(PLAIN);
    const ref = await expire(scene);
    expect(await alertOf(scene, ref)).not.toHaveProperty('compensatedBy');
  });

  it('is not named of a type that never had one', async (scene) => {
    await scene.worker({ handles: [{ type: 'other', compensatedBy: 'other:onDead' }] });
    const ref = await expire(scene);
    expect(await alertOf(scene, ref)).not.toHaveProperty('compensatedBy');
  });
}
