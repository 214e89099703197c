import { VigilError } from '../../core/vigil.error.js';
import type { Page } from '../../core/job-snapshot.js';

/** @throws VigilError `CURSOR_INVALID` for what no page of ours ended with */
export function positionOf(cursor: string | undefined, start: number): number {
  if (cursor === undefined) return start;
  if (!/^\d{1,15}$/.test(cursor))
    throw new VigilError(
      'CURSOR_INVALID',
      `'${cursor.slice(0, 40)}' is not a cursor. Use nextCursor of the page before, unchanged.`,
    );
  return Number(cursor);
}

/** The first `limit` of what comes; the cursor is the position of the last one given. */
export function pageOf<T, R>(
  found: Iterable<{ position: number; value: T }>,
  limit: number,
  show: (value: T) => R,
): Page<R> {
  const items: R[] = [];
  let last = 0;
  for (const { position, value } of found) {
    if (items.length === limit) return { items, nextCursor: String(last) };
    items.push(show(value));
    last = position;
  }
  return { items };
}
