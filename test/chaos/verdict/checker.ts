import type { Entry } from '../history/happening.js';
import { booksOf } from './books.js';
import type { Census } from './census.js';
import { conservationTrouble, lostJobs } from './conservation.js';
import { repeatedExecutions, UNEXPLAINED } from './executions.js';
import { falseRefusals, staleWrites, tokenTrouble } from './fencing.js';
import type { Row } from './row.js';

export interface Verdict {
  readonly row: Row;
  /** Empty when every promise was kept. */
  readonly violations: readonly string[];
}

const LIVE: ReadonlySet<string> = new Set(['scheduled', 'waiting', 'active']);

/** Judges what everybody saw by what is left in the store. */
export function judge(entries: readonly Entry[], census: Census): Verdict {
  const books = booksOf(entries);
  const lost = lostJobs(books, census);
  const stale = staleWrites(books, census);
  const again = repeatedExecutions(books);
  const states = [...census.jobs.values()].map(({ state }) => state);
  const live = states.filter((state) => LIVE.has(state)).length;
  const unexplained = again.get(UNEXPLAINED) ?? 0;
  const unknown = unknownOutcomes(books.unknown, entries, census);
  return {
    row: {
      accepted: books.accepted.size + unknown.unknownThere,
      completed: states.filter((state) => state === 'completed').length,
      dead: states.filter((state) => state === 'dead').length,
      otherEnds: states.filter((state) => state === 'cancelled' || state === 'resolved').length,
      ...unknown,
      refused: books.refused.size,
      lost: lost.length,
      staleAccepted: stale.accepted.length,
      staleRefused: stale.refused,
      again,
    },
    violations: [
      ...lost.map((each) => `lost: ${each}`),
      ...stale.accepted.map((each) => `stale write accepted: ${each}`),
      ...falseRefusals(books, census).map((each) => `refused: ${each}`),
      ...tokenTrouble(books).map((each) => `fencing token: ${each}`),
      ...conservationTrouble(books, census).map((each) => `conservation: ${each}`),
      ...(unexplained > 0 ? [`run again without a reason: ${unexplained} times`] : []),
      ...(live > 0 ? [`not at their end: ${live} jobs`] : []),
    ],
  };
}

/** How many enqueues had an unknown outcome, and of the jobs that were left so, how many are there. */
function unknownOutcomes(
  left: ReadonlySet<string>,
  entries: readonly Entry[],
  { jobs }: Census,
): Pick<Row, 'unknown' | 'unknownRepeated' | 'unknownThere'> {
  const unsure = new Set(entries.flatMap((entry) => (entry.what === 'unsure' ? [entry.id] : [])));
  return {
    unknown: unsure.size,
    unknownRepeated: unsure.size - left.size,
    unknownThere: [...left].filter((id) => jobs.has(id)).length,
  };
}
