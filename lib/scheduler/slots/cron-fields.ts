const DAY_MS = 86_400_000;
const DAY_SECONDS = 86_400;

const PRESETS: Readonly<Record<string, string>> = {
  '@yearly': '0 0 0 1 1 *',
  '@monthly': '0 0 0 1 * *',
  '@weekly': '0 0 0 * * 0',
  '@daily': '0 0 0 * * *',
  '@hourly': '0 0 * * * *',
  '@minutely': '0 * * * * *',
  '@secondly': '* * * * * *',
  '@weekdays': '0 0 0 * * 1-5',
  '@weekends': '0 0 0 * * 0,6',
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const NUMBER_OF_NAME = new Map<string, number>([
  ...MONTHS.map((name, i) => [name, i + 1] as const),
  ...WEEKDAYS.map((name, i) => [name, i] as const),
]);

/** Name, lowest and highest value of each field; Sunday is 0 and 7. */
const FIELDS = [
  ['second', 0, 59],
  ['minute', 0, 59],
  ['hour', 0, 23],
  ['day of the month', 1, 31],
  ['month', 1, 12],
  ['day of the week', 0, 7],
] as const;

const RANGE = /^(?:\*|(\d+)(?:-(\d+))?)(?:\/(\d+))?$/;

/** What an expression says, field by field, as `cron` reads it: five fields, or six with the seconds first. */
export class CronFields {
  private readonly seconds: readonly number[];
  private readonly minutes: readonly number[];
  private readonly hours: readonly number[];
  private readonly daysOfMonth: ReadonlySet<number>;
  private readonly months: ReadonlySet<number>;
  private readonly daysOfWeek: ReadonlySet<number>;

  /** @throws Error that says what can not be read */
  constructor(expression: string) {
    const fields = fieldsOf(expression);
    const values = FIELDS.map(([name, low, high], i) => valuesOf(fields[i], name, low, high));
    [this.seconds, this.minutes, this.hours] = values as [number[], number[], number[]];
    this.daysOfMonth = new Set(values[3]);
    this.months = new Set(values[4]);
    this.daysOfWeek = new Set(values[5].map((day) => day % 7));
  }

  /** It goes by elapsed time rather than by the hour on the clock. */
  get isEveryHour(): boolean {
    return this.hours.length === 24;
  }

  /** @param day days since the epoch; where both kinds of days are restricted, either is enough */
  matchesDay(day: number): boolean {
    const date = new Date(day * DAY_MS);
    if (!this.months.has(date.getUTCMonth() + 1)) return false;
    const inMonth = this.daysOfMonth.has(date.getUTCDate());
    const inWeek = this.daysOfWeek.has(date.getUTCDay());
    const everyDayOfMonth = this.daysOfMonth.size === 31;
    const everyDayOfWeek = this.daysOfWeek.size === 7;
    if (everyDayOfMonth || everyDayOfWeek) return inMonth && inWeek;
    return inMonth || inWeek;
  }

  /** The first second of the day at or after `second` that matches. */
  firstFrom(second: number): number | undefined {
    if (second >= DAY_SECONDS) return undefined;
    const [h, m, s] = partsOf(Math.max(0, second));
    for (const hour of this.hours) {
      if (hour < h) continue;
      for (const minute of this.minutes) {
        if (hour === h && minute < m) continue;
        const least = hour === h && minute === m ? s : 0;
        const found = this.seconds.find((one) => one >= least);
        if (found !== undefined) return (hour * 60 + minute) * 60 + found;
      }
    }
    return undefined;
  }

  /** The last second of the day at or before `second` that matches. */
  lastUpTo(second: number): number | undefined {
    if (second < 0) return undefined;
    const [h, m, s] = partsOf(Math.min(second, DAY_SECONDS - 1));
    for (const hour of this.hours.toReversed()) {
      if (hour > h) continue;
      for (const minute of this.minutes.toReversed()) {
        if (hour === h && minute > m) continue;
        const most = hour === h && minute === m ? s : 59;
        const found = this.seconds.findLast((one) => one <= most);
        if (found !== undefined) return (hour * 60 + minute) * 60 + found;
      }
    }
    return undefined;
  }
}

function fieldsOf(expression: string): string[] {
  const text = expression.trim().toLowerCase();
  const fields = (PRESETS[text] ?? text).split(/\s+/);
  if (text === '' || fields.length < 5 || fields.length > 6)
    throw new Error(
      `it has ${text === '' ? 0 : fields.length} fields; there must be five, or six with the seconds first`,
    );
  return fields.length === 6 ? fields : ['0', ...fields];
}

function valuesOf(field: string, name: string, low: number, high: number): number[] {
  const numbers = field.replace(/[a-z]+/g, (word) => {
    const number = NUMBER_OF_NAME.get(word);
    if (number === undefined) throw new Error(`'${word}' in the field ${name} is no month and no weekday`);
    return String(number);
  });
  const values = new Set<number>();
  for (const part of numbers.split(',')) {
    const match = RANGE.exec(part);
    if (!match) throw new Error(`'${part}' in the field ${name} can not be read`);
    const isAll = match[1] === undefined;
    const from = isAll ? low : Number(match[1]);
    const step = match[3] === undefined ? 1 : Number(match[3]);
    const to = isAll ? high : match[2] !== undefined ? Number(match[2]) : match[3] === undefined ? from : high;
    if (step === 0) throw new Error(`'${part}' in the field ${name} has a step of zero`);
    if (from > to) throw new Error(`'${part}' in the field ${name} runs backwards`);
    if (from < low || to > high) throw new Error(`'${part}' in the field ${name} is not within ${low} to ${high}`);
    for (let value = from; value <= to; value += step) values.add(value);
  }
  return [...values].sort((a, b) => a - b);
}

function partsOf(second: number): [hour: number, minute: number, second: number] {
  return [Math.floor(second / 3_600), Math.floor(second / 60) % 60, second % 60];
}
