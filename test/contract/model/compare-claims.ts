import type { ClaimedJob } from '../../../lib/engine/consumer.port.js';
import type { ModelJob } from './model-job.js';
import type { ModelClaim, StoreModel } from './store.model.js';

/** What was claimed is what the model would have given, from the heads of its lists; from now on it is active in the model. */
export function compareClaims(model: StoreModel, claim: ModelClaim, claimed: readonly ClaimedJob[]): void {
  const attempts = new Map(claimed.map((attempt) => [attempt.id, attempt]));
  const taken: ModelJob[] = [];
  for (const { from, count } of model.takings(claim)) {
    const chosen = from.filter((job) => attempts.has(idOf(job)));
    expect(chosen.map(idOf)).toHaveLength(count);
    // Those of one place may come in any order.
    const farthest = Math.max(...chosen.map(({ place }) => place));
    expect(from.filter((job) => !chosen.includes(job) && job.place < farthest)).toEqual([]);
    taken.push(...chosen);
  }
  expect(taken.map(idOf).sort()).toEqual([...attempts.keys()].sort());
  for (const job of taken) {
    const attempt = attempts.get(idOf(job))!;
    const expired = job.attempts === 0 && (job.expiresAt ?? Infinity) <= model.now;
    model.begin(job, attempt);
    const { ref, version, level, key, payload, life, attempts: count, failures, stalls, suspect } = job;
    expect({ ...attempt, key: attempt.key }).toMatchObject({
      ...{ ...ref, version, level, key, payload, life, attempt: count, failures, stalls, suspect, expired },
      ...{ cancelRequested: false, steps: job.steps },
    });
  }
}

function idOf({ ref }: ModelJob): string {
  return [ref.queue, ref.type, ref.slotKey, ref.op].join('~');
}
