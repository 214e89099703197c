import { VigilError } from './vigil.error.js';

const DEFAULT = 20;
const LARGEST = 100;

/** @throws VigilError `LIMIT_INVALID` */
export function pageSize(limit: number | undefined, place: string): number {
  if (limit === undefined) return DEFAULT;
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST) return limit;
  throw new VigilError(
    'LIMIT_INVALID',
    `${place}: limit ${String(limit)} is not a whole number from 1 to ${LARGEST}. Go on with nextCursor for more.`,
  );
}
