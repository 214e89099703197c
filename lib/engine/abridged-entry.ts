import type { AttemptRecord } from '../core/attempt.js';

/** What is left of an attempt in the middle of a long history: number, class and time. */
export function abridgedEntry(entry: string): string {
  const { attempt, life, outcome, error, startedAt, endedAt } = JSON.parse(entry) as AttemptRecord;
  const abridged: AttemptRecord = {
    attempt,
    life,
    outcome,
    error: error && { name: error.name, message: '', causes: [] },
    startedAt,
    endedAt,
    abridged: true,
  };
  return JSON.stringify(abridged);
}
