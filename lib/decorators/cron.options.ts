import { POLICY_OPTIONS } from '../core/policy-options.js';
import type { ClockChanges, CronMissed, CronOverlap } from '../core/cron-definition.js';
import type { Duration } from '../core/duration.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import type { LockChoice } from '../core/lock-provider.js';
import type { JobPriority } from '../core/priority.js';

/** How a run is treated: as any job, but that it is not retried and may take an hour. */
interface CronRunPolicy extends Omit<JobPolicyOptions, 'concurrency' | 'rateLimit' | 'keepResult'> {
  /** Further attempts of a run that failed. Default 0, whatever `defaults` of the module say. */
  readonly maxRetries?: number;
  /** How long one attempt may take. Default 1 h, or the module's own default. */
  readonly timeout?: Duration;
  /** For how long the end of a run can be asked about as a job. Default 1 h. */
  readonly idempotencyWindow?: Duration;
}

/**
 * What `@Cron` takes beside the expression: the options of `@nestjs/schedule`, with the same meaning, and what makes a run one that
 * nobody loses.
 *
 * @example
 * const options: CronOptions = { name: 'reconcile', lock: 'redis', timeZone: 'Europe/Berlin', overlap: 'queue-one', missed: 'latest' };
 * @publicApi
 */
export type CronOptions = CronRunPolicy & {
  /** Default `Class.method`. Kept in the store: give one before you rename a class. */
  readonly name?: string;
  /** Where the lock of its runs is kept; `false`: every instance runs each slot. Default: where the jobs are. */
  readonly lock?: LockChoice;
  /** Default `skip`. */
  readonly overlap?: CronOverlap;
  /** Default `latest`; `all` means 100. */
  readonly missed?: CronMissed;
  /** By default an entry for fixed hours runs at the end of a gap and once in a fold, and one for every hour goes by elapsed time. */
  readonly clockChanges?: Partial<ClockChanges>;
  /** A slot of which nothing is known this long after its time raises an alert. Default 1 m. */
  readonly grace?: Duration;
  /** The queue its runs go through. Default `default`. */
  readonly queue?: string;
  /** Of its runs. Default `normal`. */
  readonly priority?: JobPriority;
  /** `true` is the same as `overlap: 'skip'`, `false` as `overlap: 'allow'`; not both. */
  readonly waitForCompletion?: boolean;
  /** It is there, and does not run until its `CronJob` in the `SchedulerRegistry` is started. Default false. */
  readonly disabled?: boolean;
  /** Milliseconds. A tick that this process comes to later is one that was missed. Default 250. */
  readonly threshold?: number;
  /** Milliseconds after the start of the application before which this instance runs nothing of it. Default 0. */
  readonly initialDelay?: number;
  /** Its timer does not keep the process alive. Default false. */
  readonly unrefTimeout?: boolean;
} & (
    | {
        /** A name of the IANA list. Default: the zone of the process; instances of different zones would disagree. */
        readonly timeZone?: string;
        readonly utcOffset?: never;
      }
    | {
        readonly timeZone?: never;
        /** Minutes beyond UTC. */
        readonly utcOffset?: number;
      }
  );

export const CRON_OPTIONS: readonly string[] = [
  ...POLICY_OPTIONS.filter((name) => !['concurrency', 'rateLimit', 'keepResult'].includes(name)),
  ...[
    'name',
    'lock',
    'overlap',
    'missed',
    'clockChanges',
    'grace',
    'queue',
    'priority',
    'waitForCompletion',
    'disabled',
  ],
  ...['threshold', 'initialDelay', 'unrefTimeout', 'timeZone', 'utcOffset'],
];
