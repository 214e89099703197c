import type { JobState } from '../../../core/job-state.js';

/** What scripts answer for a state. */
export const STATE_OF_LETTER: Readonly<Record<string, JobState>> = {
  w: 'waiting',
  s: 'scheduled',
  a: 'active',
  d: 'dead',
  c: 'completed',
  x: 'cancelled',
  r: 'resolved',
};
