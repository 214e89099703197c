import { CRON_OUTCOMES, type CronOutcome } from '../../core/cron-record.js';
import type { CronAlert, CronCounts, KeptCron } from '../cron.port.js';
import { CRON_LINES, CRON_DURATIONS, CRON_LINES_MS } from '../store-limits.js';

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
  /** What the last alert of each kind was about. */
  readonly told = new Map<CronAlert['kind'], string>();
  /** Runs that are not over, by the field of their line. */
  readonly open = new Map<string, { readonly jobId: string; readonly since: number }>();
  private readonly durations: number[] = [];
  private readonly outcomes = new Map<CronOutcome, number>();
  /** In the order in which they were first kept. */
  private readonly lines = new Map<string, string>();

  constructor(now: number) {
    this.mark = now;
  }

  setPaused(paused: boolean, now: number): void {
    this.isPaused = paused;
    if (paused) [this.pausedAt, this.resumedAt] = [now, undefined];
    else this.resumedAt = now;
  }

  /** Returns whether there was no such line. */
  keep(field: string, text: string, now: number): boolean {
    const isNew = !this.lines.has(field);
    this.lines.set(field, text);
    for (const oldest of this.lines.keys()) {
      const isOld = slotOf(oldest) < now - CRON_LINES_MS && oldest !== field;
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
  history(): string[] {
    return [...this.lines].sort(([a], [b]) => slotOf(b) - slotOf(a) || (a < b ? 1 : -1)).map(([, text]) => text);
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

function slotOf(field: string): number {
  return Number(field.slice(0, field.indexOf(':')));
}
