import { entriesOf } from '../history/happening.js';
import type { AttemptStory, Books } from './books.js';
import type { Census } from './census.js';

/** Writes of attempts that had lost their job when they wrote: what became of them. */
export interface StaleWrites {
  readonly accepted: readonly string[];
  readonly refused: number;
}

/**
 * A write is stale when its job had been handed out again, under a newer token, before it was sent. An end is also stale when the
 * job was handed out again at all in that life: once a job has ended nobody gets it any more.
 */
export function staleWrites({ attempts, entries }: Books, census: Census): StaleWrites {
  const accepted: string[] = [];
  let refused = 0;
  for (const stories of attempts.values()) {
    for (const story of stories) {
      const { settled } = story;
      if (settled?.status === 'lease_lost') refused++;
      if (settled?.status !== 'ok') continue;
      const newer = newerThan(story, stories);
      const isEnd = settled.kind === 'completed' || settled.kind === 'buried';
      const stale = newer.find(({ claimedAt }) => isEnd || claimedAt < (story.settlingAt ?? settled.at));
      if (stale)
        accepted.push(
          `${settled.kind} of ${story.id} under token ${story.token}, handed out again under ${stale.token}`,
        );
    }
  }
  const steps = stepsAccepted({ attempts, entries });
  const results = foreignResults(attempts, census);
  return { accepted: [...accepted, ...steps.accepted, ...results], refused: refused + steps.refused };
}

const newerThan = (story: AttemptStory, stories: readonly AttemptStory[]): AttemptStory[] =>
  stories.filter(({ token, life }) => token > story.token && life === story.life);

function stepsAccepted({ attempts, entries }: Pick<Books, 'attempts' | 'entries'>): StaleWrites {
  const accepted: string[] = [];
  const sent = new Map<string, number>();
  let refused = 0;
  for (const entry of entriesOf(entries, 'recording', 'recorded')) {
    const name = `${entry.id} ${entry.token} ${entry.pid}`;
    if (entry.what === 'recording') {
      if (!sent.has(name)) sent.set(name, entry.at);
      continue;
    }
    if (entry.status === 'lease_lost') refused++;
    if (entry.status !== 'ok') continue;
    const newer = (attempts.get(entry.id) ?? []).find(
      ({ token, claimedAt }) => token > entry.token && claimedAt < (sent.get(name) ?? entry.at),
    );
    if (newer) accepted.push(`a step of ${entry.id} under token ${entry.token}, handed out again under ${newer.token}`);
  }
  return { accepted, refused };
}

/** Ends that were done, and whose attempts were told that they had lost their job: the answer to a repetition must be the first one. */
export function falseRefusals({ attempts }: Books, { jobs }: Census): string[] {
  return [...attempts.values()].flatMap((stories) => {
    const last = stories.at(-1);
    if (last?.settled?.status !== 'lease_lost' || last.settled.kind !== 'completed') return [];
    const found = jobs.get(last.id);
    if (found?.state !== 'completed' || found.life !== last.life) return [];
    return [`${last.id} was completed under token ${last.token}, which was told that it had lost the job`];
  });
}

/** What is kept as the result of a job must come from the attempt that had it last. */
function foreignResults(attempts: Books['attempts'], { jobs }: Census): string[] {
  return [...jobs].flatMap(([id, { result, life }]) => {
    const last = (attempts.get(id) ?? []).filter((story) => story.life === life).at(-1);
    if (typeof result !== 'number' || !last || result === last.token) return [];
    return [`the result of ${id} is of token ${result}, but ${last.token} had it last`];
  });
}

/** Attempts of a job are handed out once each, every one under a greater token than the one before. */
export function tokenTrouble({ attempts }: Books): string[] {
  const trouble: string[] = [];
  for (const [id, stories] of attempts) {
    const inOrder = [...stories].sort((a, b) => a.life - b.life || a.attempt - b.attempt || a.claimedAt - b.claimedAt);
    inOrder.forEach((story, n) => {
      const { life, attempt, token, begun } = story;
      if (begun.length > 1) trouble.push(`attempt ${attempt} of ${id} was begun ${begun.length} times`);
      const before = inOrder[n - 1];
      if (!before) return;
      // What a busy worker claimed and gave back unbegun counts as not handed out.
      const wasBegun = before.begun.length > 0;
      if (before.life === life && before.attempt === attempt && wasBegun)
        trouble.push(`attempt ${attempt} of ${id} was handed out twice, under ${before.token} and ${token}`);
      else if (before.token >= token)
        trouble.push(`attempt ${attempt} of ${id} got token ${token}, not above ${before.token} of the attempt before`);
    });
  }
  return trouble;
}
