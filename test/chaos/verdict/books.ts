import { entriesOf, type Entry, type EntryOf } from '../history/happening.js';

/** One attempt, as everybody saw it who had to do with it. */
export interface AttemptStory {
  readonly id: string;
  readonly token: number;
  readonly life: number;
  readonly attempt: number;
  readonly claimedAt: number;
  /** Where the claim arrived. */
  readonly pid: number;
  readonly begun: readonly EntryOf<'begun'>[];
  readonly ended?: EntryOf<'ended'>;
  /** When the store may first have been told of its end. */
  readonly settlingAt?: number;
  readonly settled?: EntryOf<'settled'>;
}

/** The history, job by job. */
export interface Books {
  /** By id; the attempts in the order of their tokens. */
  readonly attempts: ReadonlyMap<string, readonly AttemptStory[]>;
  /** Ids that an enqueue said were accepted, with the numbers of the jobs that they were given for. */
  readonly accepted: ReadonlyMap<string, ReadonlySet<number>>;
  /** Of unknown outcome to the end. */
  readonly unknown: ReadonlySet<string>;
  /** Refused, and never accepted later. */
  readonly refused: ReadonlySet<string>;
  readonly entries: readonly Entry[];
}

export function booksOf(entries: readonly Entry[]): Books {
  const accepted = new Map<string, Set<number>>();
  for (const { id, n } of entriesOf(entries, 'accepted')) accepted.set(id, (accepted.get(id) ?? new Set()).add(n));
  const unknown = new Set(
    entriesOf(entries, 'unsure')
      .map(({ id }) => id)
      .filter((id) => !accepted.has(id)),
  );
  const refused = new Set(
    entriesOf(entries, 'refused')
      .map(({ id }) => id)
      .filter((id) => !accepted.has(id) && !unknown.has(id)),
  );
  return { attempts: attemptsOf(entries), accepted, unknown, refused, entries };
}

type Draft = { -readonly [K in keyof AttemptStory]: AttemptStory[K] } & { begun: EntryOf<'begun'>[] };

function attemptsOf(entries: readonly Entry[]): Map<string, AttemptStory[]> {
  const drafts = new Map<string, Draft>();
  for (const { id, token, life, attempt, at, pid } of entriesOf(entries, 'claimed')) {
    const name = `${id} ${token} ${pid}`;
    if (!drafts.has(name)) drafts.set(name, { id, token, life, attempt, claimedAt: at, pid, begun: [] });
  }
  for (const entry of entriesOf(entries, 'begun', 'ended', 'settling', 'settled')) {
    const story = drafts.get(`${entry.id} ${entry.token} ${entry.pid}`);
    if (!story) continue;
    if (entry.what === 'begun') story.begun.push(entry);
    else if (entry.what === 'ended') story.ended ??= entry;
    else if (entry.what === 'settling') story.settlingAt ??= entry.at;
    else story.settled ??= entry;
  }
  const byJob = new Map<string, AttemptStory[]>();
  for (const story of drafts.values()) byJob.set(story.id, [...(byJob.get(story.id) ?? []), story]);
  for (const stories of byJob.values()) stories.sort((a, b) => a.token - b.token);
  return byJob;
}
