import { partsOfCursor } from './redis-cursor.js';

/** Positions only rise within a queue: a higher one is newer. */
export interface Positioned {
  readonly position: number;
}

export interface Found<T> {
  readonly queue: string;
  readonly item: T;
}

type Reader<T> = AsyncGenerator<T, undefined>;

const CURSOR = /^(\d{1,16})~([A-Za-z0-9][\w.:-]{0,127})$/;

/** Pages of a list, one after another. */
export async function* readOn<T extends Positioned>(
  atOnce: number,
  before: number | undefined,
  read: (before: number | undefined) => Promise<readonly T[]>,
): Reader<T> {
  for (let position = before; ;) {
    const page = await read(position);
    yield* page;
    if (page.length < atOnce) return undefined;
    position = page[page.length - 1].position;
  }
}

/**
 * Merges queues: the newest first, and of two at one position that of the queue that is named first. So one position and a queue say
 * where each of the queues goes on.
 *
 * @throws VigilError `CURSOR_INVALID`
 */
export async function* newestFirst<T extends Positioned>(
  queues: readonly string[],
  cursor: string | undefined,
  readerOf: (queue: string, before: number | undefined) => Reader<T>,
): AsyncGenerator<Found<T>, undefined> {
  const after = partsOfCursor(cursor, CURSOR);
  const readers = queues.map((queue) => readerOf(queue, after && boundOf(queue, after)));
  const heads: (T | undefined)[] = await Promise.all(readers.map(async (reader) => (await reader.next()).value));
  for (;;) {
    let newest = -1;
    heads.forEach((head, n) => {
      if (head && head.position > (heads[newest]?.position ?? -1)) newest = n;
    });
    const item = heads[newest];
    if (!item) return undefined;
    yield { queue: queues[newest], item };
    heads[newest] = (await readers[newest].next()).value;
  }
}

/** Behind what was found. */
export function cursorBehind({ queue, item }: Found<Positioned>): string {
  return `${item.position}~${queue}`;
}

/** Twice its share of each: what is not needed was read in vain, what is missing is read later. */
export function shareOf(most: number, queues: readonly string[]): number {
  return Math.min(most, Math.ceil((2 * most) / Math.max(1, queues.length)));
}

/** A queue goes on before this position. */
function boundOf(queue: string, after: readonly string[]): number {
  const [position, lastQueue] = after as [string, string];
  return queue > lastQueue ? Number(position) + 1 : Number(position);
}
