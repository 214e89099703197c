const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
/** No zone is further from UTC. */
const FURTHEST_MS = 16 * HOUR_MS;
const MOST_DAYS_KEPT = 100;

/** A stretch of time in which the clocks of a zone run on undisturbed. */
export interface Stretch {
  /** Instants in UTC milliseconds; `to` belongs to the next stretch. */
  readonly from: number;
  readonly to: number;
  /** What the clocks show beyond UTC, in milliseconds. */
  readonly offset: number;
}

/** Clocks as they hang on the walls of a place. */
export class TimeZone {
  private static readonly zones = new Map<string, TimeZone>();
  private readonly days = new Map<number, readonly Stretch[]>();
  private recent: Stretch | undefined;

  private constructor(
    readonly name: string,
    private readonly offset: (instant: number) => number,
  ) {}

  /** @throws RangeError for a name that nobody knows */
  static named(name: string): TimeZone {
    let zone = this.zones.get(name);
    if (!zone) this.zones.set(name, (zone = new TimeZone(name, offsetsOf(name))));
    return zone;
  }

  /** @param minutes beyond UTC, the same all year */
  static fixed(minutes: number): TimeZone {
    return new TimeZone(`UTC${minutes < 0 ? '-' : '+'}${Math.abs(minutes)}m`, () => minutes * MINUTE_MS);
  }

  /** In which day of the place an instant falls, in days since the epoch. */
  dayOf(instant: number): number {
    return Math.floor((instant + this.offsetAt(instant)) / DAY_MS);
  }

  /** The stretches of which a day of the place has a part, with those before and after it. */
  around(day: number): readonly Stretch[] {
    let stretches = this.days.get(day);
    if (!stretches) {
      if (this.days.size >= MOST_DAYS_KEPT) this.days.clear();
      this.days.set(
        day,
        (stretches = this.stretches(day * DAY_MS - FURTHEST_MS - DAY_MS, (day + 2) * DAY_MS + FURTHEST_MS)),
      );
    }
    return stretches;
  }

  /** To ask for an offset takes long, and most questions are about one time. */
  private offsetAt(instant: number): number {
    if (!this.recent || instant < this.recent.from || instant >= this.recent.to) {
      const near = this.around(Math.floor(instant / DAY_MS));
      this.recent = near.find(({ from, to }) => instant >= from && instant < to);
    }
    return this.recent?.offset ?? this.offset(instant);
  }

  private stretches(from: number, to: number): Stretch[] {
    const found: Stretch[] = [];
    let begun = from;
    for (let at = from; at < to; at += 6 * HOUR_MS) {
      const next = Math.min(to, at + 6 * HOUR_MS);
      const before = this.offset(at);
      if (before === this.offset(next)) continue;
      const change = this.changeBetween(at, next, before);
      found.push({ from: begun, to: change, offset: before });
      begun = change;
    }
    found.push({ from: begun, to, offset: this.offset(to - 1) });
    return found;
  }

  private changeBetween(before: number, after: number, offset: number): number {
    let [low, high] = [before, after];
    while (high - low > 1_000) {
      const middle = low + Math.floor((high - low) / 2_000) * 1_000;
      if (this.offset(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }
}

function offsetsOf(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    ...{ timeZone, hourCycle: 'h23', era: 'short' },
    ...{ year: 'numeric', month: 'numeric', day: 'numeric', hour: 'numeric', minute: 'numeric', second: 'numeric' },
  });
  return (instant) => {
    const whole = Math.floor(instant / 1_000) * 1_000;
    const part: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
    for (const { type, value } of format.formatToParts(whole)) part[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = part;
    return Date.UTC(year, month - 1, day, hour, minute, second) - whole;
  };
}
