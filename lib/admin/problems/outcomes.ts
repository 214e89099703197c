import type { JobLogger } from '../../core/job-logger.js';
import type { AdminView } from '../views/admin-view.js';
import { failureLine } from './failure-line.js';
import { problemOf, type ProblemDetails } from './problem-details.js';

/** What became of one of several that were asked for together. */
export interface Outcome {
  readonly id: string;
  readonly ok: boolean;
  /** As the answer to a request for it alone would have been. */
  readonly problem?: ProblemDetails;
}

/** Each by itself: that one is refused keeps none of the others. In the order of the ids. */
export async function outcomesOf(
  ids: readonly string[],
  act: (id: string) => Promise<void>,
  { view, logger }: { readonly view: AdminView; readonly logger: JobLogger },
): Promise<Outcome[]> {
  // At the same time, so that a store that is away is waited for once.
  const results = await Promise.allSettled(ids.map(act));
  let failure: string | undefined;
  const outcomes = results.map((result, n): Outcome => {
    if (result.status === 'fulfilled') return { id: ids[n], ok: true };
    const problem = problemOf(result.reason, view);
    if (problem.status >= 500) failure ??= failureLine(result.reason, view);
    return { id: ids[n], ok: false, problem };
  });
  if (failure !== undefined) logger.error(failure);
  return outcomes;
}
