import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { JobFilter, TypeStats } from '../../../lib/engine/inspector.port.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobState } from '../../../lib/core/job-state.js';
import { QUEUE } from '../field.js';

/** Where the store says that a job is. */
export interface FoundJob {
  readonly state: JobState;
  readonly life: number;
  /** What the job gave back: the fencing token of the attempt that completed it. */
  readonly result?: unknown;
  readonly reason?: string;
}

/** The store when all is over, asked in every way there is. */
export interface Census {
  readonly types: readonly TypeStats[];
  /** Of those that were asked for by their ids. */
  readonly jobs: ReadonlyMap<string, FoundJob>;
  /** The lists in which an id stands, one for each time that it does. */
  readonly listed: ReadonlyMap<string, readonly JobFilter['state'][]>;
}

const LISTS = ['scheduled', 'waiting', 'active', 'dead'] as const satisfies readonly JobFilter['state'][];
const AT_ONCE = 200;

export async function takeCensus(engine: JobEngine, ids: ReadonlySet<string>): Promise<Census> {
  const { types } = await engine.stats(QUEUE);
  const jobs = new Map<string, FoundJob>();
  const wanted = [...ids];
  for (let at = 0; at < wanted.length; at += AT_ONCE) {
    const some = wanted.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map((id) => engine.get(parseJobId(id))));
    found.forEach((job, n) => {
      if (!job) return;
      const { state, life, result, burial } = job;
      jobs.set(some[n], { state, life, result, reason: burial?.reason });
    });
  }
  const listed = new Map<string, JobFilter['state'][]>();
  for (const type of new Set(types.map((each) => each.type))) {
    for (const state of LISTS) {
      for await (const id of everyId(engine, { queue: QUEUE, type, state })) {
        listed.set(id, [...(listed.get(id) ?? []), state]);
      }
    }
  }
  return { types, jobs, listed };
}

async function* everyId(engine: JobEngine, filter: JobFilter): AsyncGenerator<string> {
  let cursor: string | undefined;
  do {
    const page = await engine.list(filter, 100, cursor);
    for (const { id } of page.items) yield id;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}
