import { VigilError } from '../../../core/vigil.error.js';

/**
 * The parts of a cursor, or undefined at the beginning of a list.
 *
 * @throws VigilError `CURSOR_INVALID` for what no page of ours ended with
 */
export function partsOfCursor(cursor: string | undefined, pattern: RegExp): readonly string[] | undefined {
  if (cursor === undefined) return undefined;
  const parts = pattern.exec(cursor);
  if (parts) return parts.slice(1);
  throw new VigilError(
    'CURSOR_INVALID',
    `'${cursor.slice(0, 40)}' is not a cursor of this list. Use nextCursor of the page before, unchanged.`,
  );
}
