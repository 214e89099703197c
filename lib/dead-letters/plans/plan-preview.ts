import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import type { DeadLetterFilter, JobDeadLetters } from '../../engine/dead-letter.port.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { PlanPreview } from './replay-plan.js';

type Store = Pick<JobDeadLetters, 'deadLetters' | 'deadLetterGroups'> & Pick<JobInspector, 'queues' | 'stats'>;

const SAMPLE = 10;
const PAGE = 100;

/** What matches, without a move. By queue, name and cause the store has counted already; for all else the letters are looked at. */
export async function previewOf(filter: DeadLetterFilter, store: Store): Promise<PlanPreview> {
  const { queue: _queue, type: _type, group, ...marks } = filter;
  if (Object.values(marks).some((mark) => mark !== undefined)) return lookedAt(filter, store);
  const [matching, { items }] = await Promise.all([
    group === undefined ? ofTypes(filter, store) : ofGroup(filter, store),
    store.deadLetters(filter, SAMPLE),
  ]);
  return { matching, sample: items };
}

async function ofTypes({ queue, type }: DeadLetterFilter, store: Store): Promise<number> {
  const queues = queue === undefined ? await store.queues() : [queue];
  const stats = await Promise.all(queues.map((name) => store.stats(name)));
  const types = stats.flatMap((each) => each.types).filter((each) => each.type === (type ?? each.type));
  return types.reduce((sum, { dead }) => sum + dead, 0);
}

/** Several jobs, and several queues, may have died of it. */
async function ofGroup({ queue, type, group }: DeadLetterFilter, store: Store): Promise<number> {
  const which = { ...(queue !== undefined && { queue }), ...(type !== undefined && { type }) };
  let matching = 0;
  for (let cursor: string | undefined; ;) {
    const page = await store.deadLetterGroups(which, PAGE, cursor);
    for (const each of page.items) if (each.group === group) matching += each.count;
    if ((cursor = page.nextCursor) === undefined) return matching;
  }
}

async function lookedAt(filter: DeadLetterFilter, store: Store): Promise<PlanPreview> {
  const sample: DeadLetterSummary[] = [];
  let matching = 0;
  for (let cursor: string | undefined; ;) {
    const page = await store.deadLetters(filter, PAGE, cursor);
    matching += page.items.length;
    sample.push(...page.items.slice(0, SAMPLE - sample.length));
    if ((cursor = page.nextCursor) === undefined) return { matching, sample };
  }
}
