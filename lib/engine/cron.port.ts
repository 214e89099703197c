import type { CronOutcome } from '../core/cron-record.js';
import type { Actor } from './inspector.port.js';
import type { EnqueueRequest } from './producer.port.js';

/** An entry as a process declares it, with texts that only processes read. */
export interface CronDeclared {
  readonly name: string;
  /** Of what decides its slots: expression, zone, what happens when clocks are changed. */
  readonly fingerprint: string;
  /** JSON, for onlookers: what was declared, by whom. */
  readonly definition: string;
}

/** What the store knows of an entry when a process declares it. */
export interface CronStanding {
  readonly name: string;
  /** Every slot up to this instant has been decided. */
  readonly mark: number;
  readonly isPaused: boolean;
  /** Another definition of it, by a process that started later and lives, is the one that counts. */
  readonly isOutdated: boolean;
}

export interface CronDeclaration {
  readonly queue: string;
  /** When the process started, by the store's clock. The latest definition counts, as long as somebody declares it. */
  readonly bootedAt: number;
  readonly entries: readonly CronDeclared[];
}

/** One line of the history; the text is made by the scheduler. */
export interface CronLine {
  /** `<slot>:<anything>`; a later line of the same name replaces the first. */
  readonly field: string;
  /** JSON of a CronRecord. */
  readonly text: string;
}

/** A slot for the store to decide. */
export interface SlotTake {
  /** The run, if it is accepted. */
  readonly request: EnqueueRequest;
  readonly slot: number;
  /**
   * `run`: once, over all instances, if the entry may run now. `late`: the same, but an earlier run that is not over does not matter;
   * it waits for it. `miss`: it is not run. `manual`: it is no slot; neither mark nor pause matter.
   */
  readonly kind: 'run' | 'late' | 'miss' | 'manual';
  readonly fingerprint: string;
  /** Every slot up to here must have been decided, and with `missed` none after it, or the answer is `behind`. */
  readonly after: number;
  /** How many runs may be under way or waiting for this one to be accepted; 0: any number. */
  readonly mostLive: number;
  /** Slots before this one that are not run. They are recorded with it. */
  readonly missed: readonly CronLine[];
  /** How many were missed, of which `missed` are the newest, this one included if it is. */
  readonly missedCount: number;
  /** The run's line while it is not over. */
  readonly line: CronLine;
  /** The same line where the run is not accepted because of an earlier one, but for who that is, which the store adds. */
  readonly overlapText: string;
  /** JSON of what an alert about this entry begins with: an object with at least `name`. */
  readonly alert: string;
  readonly instance: string;
  /** Of a manual run; stands in the audit. */
  readonly by?: Actor;
}

export type SlotAnswer =
  | { readonly status: 'accepted' }
  /** It, or a later one, was decided before. */
  | { readonly status: 'taken'; readonly by: string }
  | { readonly status: 'missed' }
  /** An earlier run is not over. */
  | { readonly status: 'overlap'; readonly by: string }
  | { readonly status: 'early'; readonly remainingMs: number }
  | { readonly status: 'paused' }
  | { readonly status: 'outdated' }
  /** Slots before it have not been decided. Paused from when to when, if it was. */
  | { readonly status: 'behind'; readonly mark: number; readonly pausedAt?: number; readonly resumedAt?: number };

/** What became of a run. */
export interface CronNote {
  readonly queue: string;
  readonly name: string;
  readonly line: CronLine;
  /** Counted with the line; not again with a line that was there. */
  readonly outcome: CronOutcome;
  /** The run that is over with it. Nothing is written when it was over before. */
  readonly closes?: Pick<OpenRun, 'field' | 'jobId'>;
  /** Of a run that completed: one of the last 20 that the next ones are compared with. */
  readonly durationMs?: number;
  readonly alert?: CronAlert;
}

export interface CronAlert {
  readonly kind: 'cron.skipped' | 'cron.missed' | 'cron.lock-lost' | 'cron.overdue' | 'cron.slow' | 'cron.vanished';
  /** It is written once for each of these. */
  readonly about: string;
  /** JSON of an object with at least `name`. */
  readonly data: string;
}

/** How often there was which outcome. */
export type CronCounts = Readonly<Record<CronOutcome, number>>;

/** An entry as the store has it. */
export interface KeptCron {
  readonly name: string;
  readonly fingerprint: string;
  readonly definition: string;
  readonly mark: number;
  readonly isPaused: boolean;
  /** When a process declared it last. */
  readonly seenAt: number;
  /** When the process started that declared what counts. */
  readonly bootedAt: number;
  /** When it was resumed last. */
  readonly resumedAt?: number;
  /** Runs that wait, are due later, or run. */
  readonly live: number;
  /** Milliseconds of the last runs that completed, newest first, at most 20. */
  readonly durations: readonly number[];
  /** The newest line. */
  readonly last?: string;
  /** What became of slots and attempts since the entry is known; `missed` counts slots, of which the history keeps the newest. */
  readonly outcomes: CronCounts;
}

/** A run of which no end is recorded. */
export interface OpenRun {
  readonly name: string;
  /** Of its line. */
  readonly field: string;
  readonly jobId: string;
  /** When it was accepted. */
  readonly since: number;
}

/** What is kept of cron entries; all of it in the queue that their runs go through. */
export interface CronStore {
  /**
   * Makes entries known, or says that they are still there. What was not known before, and what is declared anew in another way, has no
   * slots before now.
   */
  declareCron(
    declaration: CronDeclaration,
  ): Promise<{ readonly now: number; readonly standings: readonly CronStanding[] }>;

  /** Decides a slot, and accepts its run in the same move. Safe to repeat with the same request. */
  takeSlot(take: SlotTake): Promise<SlotAnswer>;

  noteCron(note: CronNote): Promise<void>;

  /** Writes an alert unless there was one about the same; returns whether it did. */
  alertCron(queue: string, name: string, alert: CronAlert): Promise<boolean>;

  keptCron(queue: string): Promise<readonly KeptCron[]>;

  openRuns(queue: string): Promise<readonly OpenRun[]>;

  /** Texts of lines, newest slot first. */
  cronHistory(queue: string, name: string): Promise<readonly string[]>;

  /** Returns whether it was paused before; undefined for an entry that nobody knows. */
  setCronPaused(queue: string, name: string, paused: boolean, by: Actor): Promise<boolean | undefined>;

  /** Forgets an entry with its history; what it has accepted runs all the same. Returns whether there was one. */
  forgetCron(queue: string, name: string, by: Actor): Promise<boolean>;
}
