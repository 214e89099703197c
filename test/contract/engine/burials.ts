import { formatJobId, type JobRef } from '../../../lib/core/job-id.js';
import type { DeadLetterFilter } from '../../../lib/engine/dead-letter.port.js';
import { buried } from '../../support/engine-settlements.js';
import type { EngineScene, SceneRequest } from '../../support/engine-scene.js';

export type Cause = Parameters<typeof buried>[1];

export interface Burial {
  readonly ref: JobRef;
  readonly id: string;
}

/** A job that died of this, at an instant of its own. */
export async function buryOne(scene: EngineScene, cause: Cause = {}, options: SceneRequest = {}): Promise<Burial> {
  const { ref } = await scene.enqueue(options);
  const worker = scene.stranger(undefined, ref.queue);
  const { type, version } = scene.request(options);
  await worker.settle(buried(await worker.claimOne({ demand: [{ type, version }] }), cause));
  await scene.elapse(2);
  return { ref, id: formatJobId(ref) };
}

/** Ids of all that fit, however many pages it takes. */
export async function idsOf(scene: EngineScene, filter: DeadLetterFilter, limit = 100): Promise<string[]> {
  const ids: string[] = [];
  for (let cursor: string | undefined; ;) {
    const page = await scene.engine.deadLetters({ queue: scene.queue, ...filter }, limit, cursor);
    ids.push(...page.items.map(({ id }) => id));
    if ((cursor = page.nextCursor) === undefined) return ids;
  }
}
