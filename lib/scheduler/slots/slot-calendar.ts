import type { ClockChanges } from '../../core/cron-definition.js';
import { CronFields } from './cron-fields.js';
import type { Stretch, TimeZone } from './time-zone.js';

const DAY_MS = 86_400_000;
/** From one leap day to the next it is at most eight years. */
const FURTHEST_DAYS = 10 * 366;
/** Of which it is known how their clocks run: today, and those before and after it. */
const MOST_DAYS_KEPT = 5;
const NOTHING: readonly Part[] = [];

/** The planned instants of an entry, UTC milliseconds. */
export interface SlotCalendar {
  /** The first slot after an instant; undefined when there is none in ten years. */
  after(instant: number): number | undefined;
  /** The last slot at or before an instant; undefined when there was none in ten years. */
  upTo(instant: number): number | undefined;
}

/** A single planned instant. */
export class DateCalendar implements SlotCalendar {
  constructor(private readonly slot: number) {}

  after(instant: number): number | undefined {
    return this.slot > instant ? this.slot : undefined;
  }

  upTo(instant: number): number | undefined {
    return this.slot <= instant ? this.slot : undefined;
  }
}

/** A part of a day in which its clocks run on undisturbed, or a gap that they jump over. */
interface Part {
  /** In milliseconds of the day, as its clocks show them. */
  readonly from: number;
  readonly to: number;
  /** The instant at `from`. */
  readonly at: number;
  readonly isGap: boolean;
}

/**
 * The slots of an expression in a zone. An entry for fixed hours that fall into a gap of the clocks runs at its end, and one that
 * they show twice runs the first time only; one for every hour goes by elapsed time: nothing runs for hours that there are not,
 * and what is shown twice runs twice.
 */
export class ExpressionCalendar implements SlotCalendar {
  private readonly fields: CronFields;
  private readonly changes: ClockChanges;
  private readonly days = new Map<number, readonly Part[]>();

  /** @throws Error that says what in the expression can not be read */
  constructor(
    expression: string,
    private readonly zone: TimeZone,
    changes: Partial<ClockChanges> = {},
  ) {
    this.fields = new CronFields(expression);
    const { isEveryHour } = this.fields;
    const { gap = isEveryHour ? 'skip' : 'run-at-end', fold = isEveryHour ? 'twice' : 'once' } = changes;
    this.changes = { gap, fold };
  }

  after(instant: number): number | undefined {
    const first = this.zone.dayOf(instant) - 1;
    for (let day = first; day <= first + FURTHEST_DAYS; day++) {
      const found = this.firstOf(day, instant);
      if (found === undefined) continue;
      // Where clocks go back over midnight, some of the next day comes before the rest of this one.
      const early = this.firstOf(day + 1, instant);
      return early === undefined ? found : Math.min(found, early);
    }
    return undefined;
  }

  upTo(instant: number): number | undefined {
    const last = this.zone.dayOf(instant) + 1;
    for (let day = last; day >= last - FURTHEST_DAYS; day--) {
      const found = this.lastOf(day, instant);
      if (found === undefined) continue;
      const late = this.lastOf(day - 1, instant);
      return late === undefined ? found : Math.max(found, late);
    }
    return undefined;
  }

  private firstOf(day: number, after: number): number | undefined {
    const found = this.partsOf(day).map((part) => this.firstIn(part, after));
    return least(found);
  }

  private lastOf(day: number, upTo: number): number | undefined {
    const found = this.partsOf(day).map((part) => this.lastIn(part, upTo));
    const negated = least(found.map((slot) => (slot !== undefined ? -slot : undefined)));
    return negated === undefined ? undefined : -negated;
  }

  private firstIn({ from, to, at, isGap }: Part, after: number): number | undefined {
    const wanted = isGap ? from : Math.max(from, after + 1 - at + from);
    const second = this.fields.firstFrom(Math.ceil(wanted / 1_000));
    if (second === undefined || second * 1_000 >= to) return undefined;
    if (isGap) return at > after ? at : undefined;
    return at + second * 1_000 - from;
  }

  private lastIn({ from, to, at, isGap }: Part, upTo: number): number | undefined {
    const wanted = isGap ? to - 1 : Math.min(to - 1, upTo - at + from);
    const second = this.fields.lastUpTo(Math.floor(wanted / 1_000));
    if (second === undefined || second * 1_000 < from) return undefined;
    if (isGap) return at <= upTo ? at : undefined;
    return at + second * 1_000 - from;
  }

  /** What of a day there is to find slots in, as the policy has it; nothing of a day that is not meant. */
  private partsOf(day: number): readonly Part[] {
    let parts = this.days.get(day);
    if (!parts && !this.fields.matchesDay(day)) return NOTHING;
    if (!parts) {
      if (this.days.size >= MOST_DAYS_KEPT) this.days.clear();
      this.days.set(day, (parts = this.divided(day)));
    }
    return parts;
  }

  private divided(day: number): Part[] {
    const midnight = day * DAY_MS;
    const parts: Part[] = [];
    let before: Stretch | undefined;
    let shown = -Infinity;
    for (const stretch of this.zone.around(day)) {
      const begins = stretch.from + stretch.offset;
      if (before && begins > shown && this.changes.gap === 'run-at-end')
        parts.push({ from: shown - midnight, to: begins - midnight, at: stretch.from, isGap: true });
      const from = this.changes.fold === 'once' ? Math.max(begins, shown) : begins;
      const to = stretch.to + stretch.offset;
      if (to > from) parts.push({ from: from - midnight, to: to - midnight, at: from - stretch.offset, isGap: false });
      shown = Math.max(shown, to);
      before = stretch;
    }
    return parts.flatMap((part) => clipped(part));
  }
}

/** The part of it that lies in the day. The end of a gap stays where it is. */
function clipped(part: Part): Part[] {
  const from = Math.max(0, part.from);
  const to = Math.min(DAY_MS, part.to);
  if (from >= to) return [];
  return [{ from, to, at: part.isGap ? part.at : part.at + from - part.from, isGap: part.isGap }];
}

function least(numbers: readonly (number | undefined)[]): number | undefined {
  let found: number | undefined;
  for (const number of numbers) if (number !== undefined && (found === undefined || number < found)) found = number;
  return found;
}
