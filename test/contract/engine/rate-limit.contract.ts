import { completed, retried } from '../../support/engine-settlements.js';
import type { SceneTest } from './scene-test.js';

export function rateLimitContract(it: SceneTest): void {
  it('starts at most so many in a window, over all workers, and tells when it opens', async (scene) => {
    await scene.enqueueMany(6);
    const demand = [{ rateLimit: { max: 3, perMs: 600 } }];
    const [one, two] = [scene.stranger(), scene.stranger(scene.second)];
    const [first] = await one.claim({ slots: 1, demand });
    expect(await two.claim({ demand })).toHaveLength(2);
    const full = await one.turn({ demand });
    expect(full.claimed).toEqual([]);
    expect(full.nextDueAt).toBe(first.startedAt + 600);
    await scene.elapse(full.nextDueAt! - full.now);
    expect((await one.claim({ demand })).length).toBeGreaterThan(0);
  });

  it('never has more than so many starts in any span of that length', async (scene) => {
    const [max, perMs] = [4, 200];
    await scene.enqueueMany(14);
    const demand = [{ rateLimit: { max, perMs } }];
    const starts: number[] = [];
    const workers = [scene.stranger(), scene.stranger(scene.second)];
    for (let turns = 0; starts.length < 14; turns++) {
      expect(turns).toBeLessThan(200);
      for (const job of await workers[turns % 2].claim({ slots: 3, demand })) starts.push(job.startedAt);
      await scene.elapse(30);
    }
    const spans = starts.slice(max).map((start, index) => start - starts[index]);
    expect(Math.min(...spans)).toBeGreaterThanOrEqual(perMs);
  });

  it('counts every start, and none of it comes back with an early end', async (scene) => {
    await scene.enqueueMany(3);
    const demand = [{ rateLimit: { max: 2, perMs: 60_000 } }];
    const worker = scene.stranger();
    await worker.settle(retried(await worker.claimOne({ demand })));
    await worker.settle(completed(await worker.claimOne({ demand })));
    expect(await worker.claim({ demand })).toEqual([]);
  });

  it('does not hold back other types, nor tell of a limit in whose way nothing stands', async (scene) => {
    await scene.enqueue();
    const demand = [{ rateLimit: { max: 1, perMs: 60_000 } }, { type: 'free' }];
    const worker = scene.stranger();
    await worker.claimOne({ demand });
    await scene.enqueue({ type: 'free' });
    const { claimed, nextDueAt } = await worker.turn({ demand });
    expect(claimed.map(({ type }) => type)).toEqual(['free']);
    expect(nextDueAt).toBeUndefined();
  });
}
