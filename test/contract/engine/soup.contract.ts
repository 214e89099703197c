import { assert, array, asyncProperty, nat, record } from 'fast-check';
import { EngineScene } from '../../support/engine-scene.js';
import { JobModel } from '../../support/engine-model.js';
import type { SceneTest } from './scene-test.js';

/** What is done, and to which of the jobs that it can be done to: picked by number, so that a failing run shrinks well. */
const operation = record({ verb: nat(JobModel.verbs.length - 1), pick: nat(999) });

export function soupContract(it: SceneTest): void {
  it('agrees with a model of few lines about every job and every count, whatever is done in whatever order', async (scene) => {
    const story = array(operation, { minLength: 25, maxLength: 45, size: 'max' });
    await assert(
      asyncProperty(story, async (operations) => {
        const stage = new EngineScene(scene.harness);
        const model = new JobModel(stage);
        for (const { verb, pick } of operations) {
          await model.apply(JobModel.verbs[verb], pick);
          await stage.checkLedger();
          await model.compareCounts();
        }
        await model.compareJobs();
      }),
      // A failing story is made shorter only for so long.
      { numRuns: 20, interruptAfterTimeLimit: 10_000 },
    );
  }, 60_000);
}
