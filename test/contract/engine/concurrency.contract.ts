import { buried, completed, released, retried } from '../../support/engine-settlements.js';
import type { EngineScene } from '../../support/engine-scene.js';
import type { EngineWorker } from '../../support/engine-worker.js';
import type { SceneTest } from './scene-test.js';

/** Works until `done` says so; tells of every job that it completed or buried. */
async function work(
  worker: EngineWorker,
  done: () => boolean,
  ended: (id: string) => void,
  seed: number,
): Promise<void> {
  let luck = seed;
  const next = (max: number): number => (luck = (luck * 48_271) % 2_147_483_647) % max;
  while (!done()) {
    const jobs = await worker.claim({ slots: 1 + next(9) });
    const settlements = jobs.map((job) => {
      if (job.attempt > 3) return completed(job, { windowMs: 60_000 });
      return [completed(job), retried(job), released(job), buried(job), completed(job)][next(5)];
    });
    const settled = await worker.settle(...settlements);
    if (settled.some((status) => status !== 'ok')) throw new Error(`a lease was lost: ${settled.join()}`);
    settlements.forEach((settlement, index) => {
      if (settlement.kind === 'completed' || settlement.kind === 'buried') ended(jobs[index].id);
    });
  }
}

function workers(scene: EngineScene, count: number): Promise<EngineWorker[]> {
  return Promise.all(Array.from({ length: count }, (_, n) => scene.worker({}, n % 2 ? scene.engine : scene.second)));
}

export function concurrencyContract(it: SceneTest): void {
  it('gives each of 600 jobs to exactly one of 8 workers at a time', async (scene) => {
    await scene.enqueueMany(600);
    const claimed = await Promise.all(
      (await workers(scene, 8)).map(async (worker) => {
        const own: string[] = [];
        for (let jobs = await worker.claim({ slots: 7 }); jobs.length > 0; jobs = await worker.claim({ slots: 7 }))
          own.push(...jobs.map(({ payload }) => payload));
        return own;
      }),
    );
    expect(
      claimed
        .flat()
        .map(Number)
        .sort((a, b) => a - b),
    ).toEqual(Array.from({ length: 600 }, (_, n) => n));
    expect(await scene.stats()).toMatchObject({ active: 600, waiting: 0 });
  });

  it('ends each job exactly once, while producers and 6 workers go on at the same time', async (scene) => {
    const total = 400;
    const ends = new Map<string, number>();
    const ids = new Set<string>();
    const produce = async (part: number): Promise<void> => {
      for (let n = 0; n < total / 20; n++) {
        for (const { id } of await scene.engine.enqueue(
          Array.from({ length: 5 }, (_, index) => scene.request({ key: `${part}-${n}-${index}` })),
        ))
          ids.add(id);
      }
    };
    const working = (await workers(scene, 6)).map((worker, n) =>
      work(
        worker,
        () => ends.size >= total,
        (id) => ends.set(id, (ends.get(id) ?? 0) + 1),
        1_000 + n,
      ),
    );
    await Promise.all([...Array.from({ length: 4 }, (_, part) => produce(part)), ...working]);
    expect([...ends.values()].filter((times) => times !== 1)).toEqual([]);
    expect(new Set(ends.keys())).toEqual(ids);
    const { completed: done, dead, waiting, active, scheduled } = await scene.stats();
    expect({ ended: done + dead, waiting, active, scheduled }).toEqual({
      ended: total,
      waiting: 0,
      active: 0,
      scheduled: 0,
    });
  });

  it('lets either a cancellation or a claim have a job, never both', async (scene) => {
    const refs = await scene.enqueueMany(100);
    const claiming = (await workers(scene, 2)).map(async (worker) => {
      const own: string[] = [];
      for (let turns = 0; turns < 12; turns++) own.push(...(await worker.claim({ slots: 4 })).map(({ op }) => op));
      return own;
    });
    const cancelling = Promise.all(refs.map((ref) => scene.second.cancel(ref)));
    const claimed = new Set((await Promise.all(claiming)).flat());
    const outcomes = await cancelling;
    refs.forEach((ref, index) => {
      const { status } = outcomes[index];
      if (status === 'requested') expect(claimed.has(ref.op)).toBe(true);
      else expect([status, claimed.has(ref.op)]).toEqual(['cancelled', false]);
    });
  });
}
