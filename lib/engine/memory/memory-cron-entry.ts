import { CRON_OUTCOMES, type CronOutcome } from '../../core/cron-record.js';
import type { CronAlert, CronCounts, KeptCron } from '../cron.port.js';
import { newestLinesFirst, slotOfLine } from '../cron-lines.js';
import { CRON_ALERTS, CRON_ATTEMPTS, CRON_DURATIONS, CRON_LINES, CRON_LINES_MS } from '../store-limits.js';

/** What is known of a cron entry, and the newest lines of its history by count and by age. */
export class MemoryCronEntry {
  fingerprint = '';
  definition = '{}';
  bootedAt = 0;
  seenAt = 0;
  mark: number;
  takenBy = '';
  /** Of the run that was accepted last, so that a repetition is known. */
  lastOp?: string;
  isPaused = false;
  pausedAt?: number;
  resumedAt?: number;
  /** What the newest alerts of each kind were about. */
  private readonly told = new Map<CronAlert['kind'], Set<string>>();
  /** Runs that are not over, by the field of their line. */
  readonly open = new Map<string, { readonly jobId: string; readonly since: number }>();
  private readonly durations: number[] = [];
  private readonly outcomes = new Map<CronOutcome, number>();
  /** In the order in which they were kept last. */
  private readonly lines = new Map<string, string>();

  constructor(now: number) {
    this.mark = now;
  }

  setPaused(paused: boolean, now: number): void {
    this.isPaused = paused;
    if (paused) [this.pausedAt, this.resumedAt] = [now, undefined];
    else this.resumedAt = now;
  }

  /** Returns whether there was no such line. One that was there is the newest now. */
  keep(field: string, text: string, now: number): boolean {
    const isNew = !this.lines.delete(field);
    this.lines.set(field, text);
    // A run that is tried often must not drive out the slots before it.
    const [, run, attempt] = /^(\d+:[^:]+.*):(\d+)$/.exec(field) ?? [];
    if (run !== undefined) this.lines.delete(`${run}:${Number(attempt) - CRON_ATTEMPTS}`);
    for (const oldest of this.lines.keys()) {
      const isOld = slotOfLine(oldest) < now - CRON_LINES_MS && oldest !== field;
      if (this.lines.size <= CRON_LINES && !isOld) break;
      this.lines.delete(oldest);
    }
    return isNew;
  }

  count(outcome: CronOutcome, times: number): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + times);
  }

  took(ms: number): void {
    this.durations.unshift(ms);
    this.durations.length = Math.min(this.durations.length, CRON_DURATIONS);
  }

  /** Newest slot first. */
  history(now: number): string[] {
    return newestLinesFirst(this.lines, now);
  }

  /** Returns whether it was told of before. */
  tell(kind: CronAlert['kind'], about: string): boolean {
    const told = this.told.get(kind) ?? new Set<string>();
    this.told.set(kind, told);
    if (told.has(about)) return true;
    told.add(about);
    for (const oldest of told) if (told.size > CRON_ALERTS) told.delete(oldest);
    return false;
  }

  kept(name: string, live: number): KeptCron {
    const { fingerprint, definition, mark, isPaused, seenAt, bootedAt, resumedAt } = this;
    const last = [...this.lines.values()].at(-1);
    return {
      ...{ name, fingerprint, definition, mark, isPaused, seenAt, bootedAt, live },
      ...(resumedAt !== undefined && { resumedAt }),
      durations: [...this.durations],
      ...(last !== undefined && { last }),
      outcomes: Object.fromEntries(CRON_OUTCOMES.map((each) => [each, this.outcomes.get(each) ?? 0])) as CronCounts,
    };
  }
}
