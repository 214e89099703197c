/** What whoever looks may do, so that nothing is offered that would be refused. The server decides all the same. */
import { get } from './api.js';

const ASKED_AGAIN_MS = 30_000;

/** @type {{ rights: string[], actor?: string }} */
let known = { rights: [] };
let askedAt = -Infinity;

/** Rights come and go while a page is open; they are asked for again now and then. */
export async function learnAccess() {
  if (performance.now() - askedAt < ASKED_AGAIN_MS) return known;
  known = await get('access');
  askedAt = performance.now();
  return known;
}

/** @param {'operate' | 'view-payload'} right */
export const may = (right) => known.rights.includes(right);
