import type { CronOutcome } from '../../core/cron-record.js';
import { COUNTED, figureName, NOTED, NOTED_AT, type Counted, type Noted } from '../../engine/figure-names.js';
import type { MinuteFigures } from '../../engine/figures.port.js';
import { DurationHistogram } from '../../engine/duration-histogram.js';
import type { BurialReason } from '../../core/job-state.js';

/** What happened to one job type in some minutes, added up. */
export class TypeFigures {
  readonly counts: Record<Counted, number> = Object.fromEntries(COUNTED.map((name) => [name, 0])) as never;
  readonly buried = new Map<BurialReason, number>();
  readonly cron = new Map<CronOutcome, number>();
  readonly processing = new DurationHistogram();
  readonly waiting = new DurationHistogram();
  /** Of the first and of the last minute in which depths were noted. */
  acceptedFirst?: number;
  acceptedLast?: number;
  noted: Partial<Record<Noted, number>> = {};

  /** Minutes are to be added in their order. */
  merge(later: TypeFigures): this {
    for (const name of COUNTED) this.counts[name] += later.counts[name];
    for (const [reason, times] of later.buried) this.buried.set(reason, (this.buried.get(reason) ?? 0) + times);
    for (const [outcome, times] of later.cron) this.cron.set(outcome, (this.cron.get(outcome) ?? 0) + times);
    this.processing.merge(later.processing);
    this.waiting.merge(later.waiting);
    this.acceptedFirst ??= later.acceptedFirst;
    this.acceptedLast = later.acceptedLast ?? this.acceptedLast;
    this.noted = { ...this.noted, ...later.noted };
    return this;
  }

  get burials(): number {
    return [...this.buried.values()].reduce((sum, times) => sum + times, 0);
  }
}

/** Figures of several minutes by job type; and whether anybody took note of depths in them. */
export class SpanFigures {
  readonly types = new Map<string, TypeFigures>();
  isNoted = false;

  static ofMinute({ figures }: MinuteFigures): SpanFigures {
    const span = new SpanFigures();
    for (const [text, value] of figures) span.take(text, value);
    span.isNoted = figures.has(NOTED_AT);
    return span;
  }

  merge(later: SpanFigures): this {
    for (const [type, figures] of later.types) {
      const own = this.of(type);
      // Not there at an earlier note: nothing had been accepted then.
      if (this.isNoted && figures.acceptedFirst !== undefined) own.acceptedFirst ??= 0;
      own.merge(figures);
    }
    this.isNoted ||= later.isNoted;
    return this;
  }

  of(type: string): TypeFigures {
    let known = this.types.get(type);
    if (!known) this.types.set(type, (known = new TypeFigures()));
    return known;
  }

  private take(text: string, value: number): void {
    const name = figureName(text);
    if (!name) return;
    const { prefix, type, reason, outcome, bucket } = name;
    if (reason !== undefined) this.of(type).buried.set(reason as BurialReason, value);
    else if (outcome !== undefined) this.of(type).cron.set(outcome as CronOutcome, value);
    else if (prefix === 'ms' && bucket !== undefined) this.of(type).processing.add(bucket, value);
    else if (prefix === 'wait' && bucket !== undefined) this.of(type).waiting.add(bucket, value);
    else if ((COUNTED as readonly string[]).includes(prefix)) this.of(type).counts[prefix as Counted] = value;
    else if ((NOTED as readonly string[]).includes(prefix)) this.note(type, prefix as Noted, value);
  }

  private note(type: string, name: Noted, value: number): void {
    const figures = this.of(type);
    figures.noted[name] = value;
    if (name === 'g-accepted') figures.acceptedFirst = figures.acceptedLast = value;
  }
}
