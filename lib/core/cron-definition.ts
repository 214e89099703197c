import type { LockChoice } from './lock-provider.js';

/**
 * What happens to a slot while the run of an earlier one is not over: `skip`: it is not run, which is recorded and alerted;
 * `queue-one`: it waits, and those after it are skipped; `allow`: it runs as well.
 *
 * @example
 * const overlap: CronOverlap = 'queue-one';
 * @publicApi
 */
export type CronOverlap = 'skip' | 'queue-one' | 'allow';

/**
 * What happens to slots that passed while nobody could run them, because all instances were down, the entry was paused, or the process
 * was busy: `skip`: none is run; `latest`: the last of them; `all`: each in its turn, up to a limit the newest of them. What is not run
 * is recorded.
 *
 * @example
 * const missed: CronMissed = { all: 24 };
 * @publicApi
 */
export type CronMissed = 'skip' | 'latest' | 'all' | { readonly all: number };

/**
 * What happens when the clocks of the zone are changed. `gap`: a slot at an hour that is jumped over runs at the end of the jump, or
 * not at all. `fold`: a slot at an hour that comes twice runs once, the first time, or twice.
 *
 * @example
 * const changes: ClockChanges = { gap: 'skip', fold: 'once' };
 * @publicApi
 */
export interface ClockChanges {
  readonly gap: 'run-at-end' | 'skip';
  readonly fold: 'once' | 'twice';
}

/** When an entry is due. */
export interface CronSchedule {
  /** An expression, or the only instant in UTC milliseconds. */
  readonly expression: string | number;
  readonly zone: { readonly timeZone: string } | { readonly utcOffset: number };
  readonly changes: Partial<ClockChanges>;
}

/** What `@Cron` declared on a method, validated and with every default filled in. */
export interface CronDefinition {
  readonly name: string;
  readonly queue: string;
  readonly schedule: CronSchedule;
  readonly lock: LockChoice | undefined;
  readonly overlap: CronOverlap;
  /** So many of the newest slots that nobody could run are run after all. */
  readonly catchUp: number;
  /** The same where the slot that is due just now runs as well. */
  readonly catchUpInTime: number;
  readonly disabled: boolean;
  /** A tick later than this is one that was missed. */
  readonly thresholdMs: number;
  readonly initialDelayMs: number;
  readonly unrefTimeout: boolean;
  /** A slot of which nothing is known this long after its time raises an alert. */
  readonly graceMs: number;
  /** `Class.method`. */
  readonly declaredBy: string;
}
