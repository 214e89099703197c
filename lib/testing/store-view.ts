import type { JobSnapshot, Page } from '../core/job-snapshot.js';
import type { DeadLetter } from '../dead-letters/job-lives.js';
import type { DeadLetterService } from '../dead-letters/dead-letter.service.js';
import type { JobEngine } from '../engine/engine.port.js';
import type { JobFilter } from '../engine/inspector.port.js';

const PAGE = 100;

/** What is in the store, over all queues and pages. */
export class StoreView {
  constructor(
    private readonly engine: JobEngine,
    private readonly letters: DeadLetterService,
  ) {}

  async pending(type?: string): Promise<JobSnapshot[]> {
    const found = [...(await this.inState('waiting', type)), ...(await this.inState('scheduled', type))];
    return found.sort((a, b) => (a.enqueuedAt ?? 0) - (b.enqueuedAt ?? 0));
  }

  async running(): Promise<string[]> {
    return (await this.inState('active')).map(({ name, id }) => `${name} (${id})`);
  }

  async nextDueAt(): Promise<number | undefined> {
    const soonest: number[] = [];
    for (const { queue, type } of await this.types()) {
      const { items } = await this.engine.list({ queue, type, state: 'scheduled' }, 1);
      if (items[0]?.dueAt !== undefined) soonest.push(items[0].dueAt);
    }
    return soonest.length === 0 ? undefined : Math.min(...soonest);
  }

  async deadLetters(): Promise<DeadLetter[]> {
    const summaries = await all((cursor) => this.letters.list({ limit: PAGE, cursor }));
    const letters = await Promise.all(summaries.map(({ id }) => this.letters.get(id)));
    return letters.filter((letter) => letter !== undefined);
  }

  private async inState(state: JobFilter['state'], only?: string): Promise<JobSnapshot[]> {
    const found: JobSnapshot[] = [];
    for (const { queue, type } of await this.types()) {
      if (only !== undefined && type !== only) continue;
      found.push(...(await all((cursor) => this.engine.list({ queue, type, state }, PAGE, cursor))));
    }
    return found;
  }

  private async types(): Promise<{ queue: string; type: string }[]> {
    const found = new Map<string, { queue: string; type: string }>();
    for (const queue of await this.engine.queues()) {
      for (const { type } of (await this.engine.stats(queue)).types) found.set(`${queue}~${type}`, { queue, type });
    }
    return [...found.values()];
  }
}

async function all<T>(page: (cursor?: string) => Promise<Page<T>>): Promise<T[]> {
  const items: T[] = [];
  for (let cursor: string | undefined; ;) {
    const { items: more, nextCursor } = await page(cursor);
    items.push(...more);
    if (nextCursor === undefined) return items;
    cursor = nextCursor;
  }
}
