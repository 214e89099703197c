/** What every engine keeps to, so that a job behaves the same on each of them. */

/** Beyond its timeout, an attempt on a live worker has so long to report before it is taken back. */
export const ATTEMPT_GRACE_MS = 5_000;

/** For types of which no worker ever told its own. */
export const DEFAULT_MAX_STALLS = 2;

/** For so long the store can say that a job was cancelled. */
export const CANCELLED_WINDOW_MS = 3_600_000;

/** Bytes of UTF-8. */
export const STEP_MAX_BYTES = 64 * 1024;
export const STEPS_PER_JOB_MAX_BYTES = 512 * 1024;
export const PROGRESS_MAX_BYTES = 4 * 1024;

/** Attempts kept whole at both ends of a long history; those between keep number, class and time. */
export const HISTORY_HEAD = 5;
export const HISTORY_TAIL = 45;

/** A turn fills no more slots, however many are free. */
export const MOST_CLAIMED_PER_TURN = 500;

/** So many due jobs are promoted by one turn; the sweep promotes what is left. */
export const PROMOTED_PER_TURN = 500;

/** How long the answer of a lane's last turn is kept for a repetition. */
export const TURN_ANSWER_KEPT_MS = 3_600_000;

/** So many dead letters are looked at for one page, however few of them fit. */
export const MOST_LETTERS_LOOKED_AT = 1_000;

/** Of each group of dead letters, so many are named. */
export const SAMPLES_OF_GROUP = 3;
export const MOST_NAMED_OF_GROUP = 10;
/** So many hours before now their burials are counted one by one. */
export const HOURS_OF_GROUP = 24;

/** Of the memory that the store may use: above it nothing more is to be buried. It has mended at this share of either limit. */
export const MEMORY_SHARE = 0.85;
export const MENDED_SHARE = 0.95;

/** A type whose newest dead letter is younger than this is dying. */
export const DYING_MS = 120_000;

/** In whose name the store pauses what is dying. */
export const STORE_ACTOR = 'nestjs-vigil';

/** For so long the definition of a cron entry counts that no process declares any more, before an older one does again. */
export const CRON_STANDS_MS = 90_000;
/** Lines of the history of a cron entry, and for how long they are kept at most. */
export const CRON_LINES = 100;
export const CRON_LINES_MS = 90 * 86_400_000;
/** Attempts of one run that have lines of their own. */
export const CRON_ATTEMPTS = 10;
/** Alerts of one kind about one cron entry that are known to have been raised. */
export const CRON_ALERTS = 200;
/** Of the last runs that completed. */
export const CRON_DURATIONS = 20;
