import type { Books } from './books.js';
import type { Census } from './census.js';

/** A job whose state has a list of its own. */
const LISTED: ReadonlySet<string> = new Set(['scheduled', 'waiting', 'active', 'dead']);

/** What was accepted and is nowhere, or is said to be done although no handler ever came to its end. */
export function lostJobs({ accepted, attempts }: Books, { jobs }: Census): string[] {
  return [...accepted.keys()].flatMap((id) => {
    const found = jobs.get(id);
    if (!found) return [`${id} was accepted, and the store knows nothing of it`];
    const isDone = found.state === 'completed' && found.life === 0;
    const ended = attempts.get(id)?.some((story) => story.ended && story.ended.error === undefined);
    return isDone && !ended ? [`${id} is completed, and no handler came to its end`] : [];
  });
}

/** Where what the store says of its jobs does not fit together, or not with what was asked of it. */
export function conservationTrouble(books: Books, census: Census): string[] {
  return [...ledgerTrouble(books, census), ...placeTrouble(census), ...strangers(books, census), ...onceEach(books)];
}

/** Accepted is the sum of the rest, and what the producers know of. */
function ledgerTrouble({ accepted, unknown }: Books, { types, jobs }: Census): string[] {
  const trouble: string[] = [];
  let sum = 0;
  for (const { type, accepted: count, scheduled, waiting, active, dead, completed, cancelled, resolved } of types) {
    const found = scheduled + waiting + active + dead + completed + cancelled + resolved;
    if (found !== count) trouble.push(`${type}: ${count} accepted, ${found} found`);
    sum += count;
  }
  const known = accepted.size + [...unknown].filter((id) => jobs.has(id)).length;
  if (sum !== known) trouble.push(`the store has accepted ${sum} jobs; the producers know of ${known}`);
  for (const state of ['completed', 'dead', 'cancelled', 'resolved'] as const) {
    const counted = types.reduce((all, type) => all + type[state], 0);
    const found = [...jobs.values()].filter((job) => job.state === state).length;
    if (counted !== found) trouble.push(`the store counts ${counted} as ${state}; ${found} of the jobs are`);
  }
  return trouble;
}

/** A job stands once in the list of its state, and in no other. */
function placeTrouble({ jobs, listed }: Census): string[] {
  return [...jobs].flatMap(([id, { state }]) => {
    const places = (listed.get(id) ?? []).join(', ');
    const wanted = LISTED.has(state) ? state : '';
    return places === wanted ? [] : [`${id} is ${state}, and stands in: ${places || 'no list'}`];
  });
}

/** Jobs that nobody asked for, and such as were refused. */
function strangers({ accepted, unknown, refused, attempts }: Books, { jobs, listed }: Census): string[] {
  const isKnown = (id: string): boolean => accepted.has(id) || unknown.has(id);
  const seen = new Set([...listed.keys(), ...attempts.keys()]);
  return [
    ...[...seen].filter((id) => !isKnown(id)).map((id) => `nobody has enqueued ${id}`),
    ...[...refused].filter((id) => jobs.has(id)).map((id) => `${id} was refused, and is there`),
  ];
}

/** One id for each job, however often it was sent. */
function onceEach({ accepted }: Books): string[] {
  const ids = new Map<number, string>();
  const trouble: string[] = [];
  for (const [id, numbers] of accepted) {
    if (numbers.size > 1) trouble.push(`jobs ${[...numbers].join(', ')} were all accepted as ${id}`);
    for (const n of numbers) {
      const other = ids.get(n);
      if (other !== undefined && other !== id) trouble.push(`job ${n} was accepted twice, as ${other} and ${id}`);
      ids.set(n, id);
    }
  }
  return trouble;
}
