import { ATTEMPT_GRACE_MS, CANCELLED_WINDOW_MS } from '../../../lib/engine/store-limits.js';

/** Durations of a story are whole ticks: so long that what a story takes in reality does not count. */
export const TICK_MS = 60_000;

/** After so many, the store has forgotten every end that there was. */
export const TICKS_TO_FORGET = CANCELLED_WINDOW_MS / TICK_MS + 1;

/** An attempt on a live worker has so long to report. */
export const ATTEMPT_TICKS = 3;
export const TIMEOUT_MS = ATTEMPT_TICKS * TICK_MS - ATTEMPT_GRACE_MS;

export const MAX_STALLS = 2;
export const QUEUES = 2;
export const WORKERS_PER_QUEUE = 2;
export const ACTOR = { actor: 'ann', reason: 'a story' };

/** What is enqueued: two versions of one type, and another type. */
export const LINES = [
  { type: 'mail', version: 1 },
  { type: 'mail', version: 2 },
  { type: 'bill', version: 1 },
] as const;

export const TYPES = ['mail', 'bill'] as const;
