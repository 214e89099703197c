import type { Page } from '../../core/job-snapshot.js';
import { pageSize } from '../../core/page-size.js';
import { VigilError } from '../../core/vigil.error.js';

/**
 * A page of a list that is short enough to be read as a whole, in its order. Where the last page ended is told by a name, so that
 * what comes and goes in between shifts nothing.
 *
 * @throws VigilError `LIMIT_INVALID`, `CURSOR_INVALID`
 */
export function slice<T>(
  all: readonly T[],
  nameOf: (item: T) => string,
  { limit, cursor }: { readonly limit?: number; readonly cursor?: string },
): Page<T> {
  const size = pageSize(limit, 'the list');
  const start = cursor === undefined ? 0 : placeAfter(cursor, all, nameOf);
  const items = all.slice(start, start + size);
  if (start + size >= all.length) return { items };
  return { items, nextCursor: encode(start + size, nameOf(items[items.length - 1])) };
}

/** After the item itself, or, where it has gone, from where it stood. */
function placeAfter<T>(cursor: string, all: readonly T[], nameOf: (item: T) => string): number {
  const [, place, name] = /^(\d{1,9}) (.+)$/s.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (name === undefined) {
    throw new VigilError(
      'CURSOR_INVALID',
      'this is no cursor of the list. Use nextCursor of the page before, unchanged.',
    );
  }
  const found = all.findIndex((item) => nameOf(item) === name);
  return found === -1 ? Math.max(0, Number(place) - 1) : found + 1;
}

function encode(place: number, name: string): string {
  return Buffer.from(`${place} ${name}`).toString('base64url');
}
