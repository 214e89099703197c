import type { AttemptRecord } from '../core/attempt.js';
import type { DeadLetterSummary, JobSnapshot } from '../core/job-snapshot.js';
import type { ReplayRecord } from '../core/replay-record.js';

/**
 * An attempt as part of a life's time line.
 *
 * @example
 * const waits = (attempts: readonly AttemptOfLife[]): number => attempts.reduce((sum, { waitMs = 0 }) => sum + waitMs, 0);
 * @publicApi
 */
export interface AttemptOfLife extends AttemptRecord {
  /** Milliseconds from its end to when the next attempt was due; absent where none was to follow. */
  readonly waitMs?: number;
}

/**
 * One life of a dead job: from its enqueue, or from a replay, to its burial.
 *
 * @example
 * const [first]: readonly JobLife[] = (await deadLetters.get(id))?.lives ?? [];
 * @publicApi
 */
export interface JobLife {
  /** 0 for the first, one more after each replay. */
  readonly life: number;
  /** Who replayed it, when, why, and with which changes; absent for the first life. */
  readonly begunBy?: ReplayRecord;
  /** Oldest first. */
  readonly attempts: readonly AttemptOfLife[];
}

/**
 * A dead letter with its whole story.
 *
 * @example
 * const letter: DeadLetter | undefined = await deadLetters.get(id);
 * @publicApi
 */
export interface DeadLetter extends DeadLetterSummary {
  readonly payload: unknown;
  /** Every attempt of every life, oldest first. */
  readonly history: readonly AttemptRecord[];
  /** How each life after the first one began, oldest first. */
  readonly replays: readonly ReplayRecord[];
  /** The same, life by life, the first one first; the last one is that which is over. */
  readonly lives: readonly JobLife[];
}

/** The story of a job, life by life, the first one first. */
export function livesOf({ life, attempts, replays }: Pick<JobSnapshot, 'life' | 'attempts' | 'replays'>): JobLife[] {
  return Array.from({ length: life + 1 }, (_, of) => {
    const begunBy = replays.find((replay) => replay.life === of);
    return {
      life: of,
      ...(begunBy && { begunBy }),
      attempts: attempts.filter((attempt) => attempt.life === of).map(withWait),
    };
  });
}

function withWait(attempt: AttemptRecord): AttemptOfLife {
  const { nextRetryAt, endedAt } = attempt;
  return nextRetryAt === undefined ? attempt : { ...attempt, waitMs: Math.max(0, nextRetryAt - endedAt) };
}
