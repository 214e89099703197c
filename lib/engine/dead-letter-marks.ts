import type { DeadLetterSummary } from '../core/job-snapshot.js';
import type { BurialReason } from '../core/job-state.js';

/** By what dead letters of a queue or type are told apart. */
export interface DeadLetterMarks {
  readonly group?: string;
  readonly reason?: BurialReason;
  readonly errorName?: string;
  readonly httpStatus?: number;
  /** Milliseconds since the epoch by the store's clock, itself included. */
  readonly buriedAfter?: number;
  /** Not included. */
  readonly buriedBefore?: number;
  /** Stands as it is, in upper or lower case, in id, idempotency key, error class or message. */
  readonly text?: string;
}

/** Whether a dead letter fits all of the marks that are given. */
export function fitsMarks(letter: DeadLetterSummary, marks: DeadLetterMarks): boolean {
  const { group, reason, errorName, httpStatus, buriedAfter = -Infinity, buriedBefore = Infinity, text } = marks;
  return (
    letter.group === (group ?? letter.group) &&
    letter.reason === (reason ?? letter.reason) &&
    letter.errorName === (errorName ?? letter.errorName) &&
    letter.httpStatus === (httpStatus ?? letter.httpStatus) &&
    letter.buriedAt >= buriedAfter &&
    letter.buriedAt < buriedBefore &&
    (text === undefined || holds(letter, text.toLowerCase()))
  );
}

function holds({ id, idempotencyKey = '', errorName, errorMessage }: DeadLetterSummary, text: string): boolean {
  return [id, String(idempotencyKey), errorName, errorMessage].some((place) => place.toLowerCase().includes(text));
}
