import { CronTime } from 'cron';
import fc from 'fast-check';
import { CronFields } from '../../../../lib/scheduler/slots/cron-fields.js';
import { ExpressionCalendar } from '../../../../lib/scheduler/slots/slot-calendar.js';
import { TimeZone } from '../../../../lib/scheduler/slots/time-zone.js';
import type { ClockChanges } from '../../../../lib/core/cron-definition.js';

const HOUR = 3_600_000;

function slots(expression: string, zone: string, from: string, to: string, changes?: Partial<ClockChanges>): string[] {
  const calendar = new ExpressionCalendar(expression, TimeZone.named(zone), changes);
  const found: string[] = [];
  let slot = calendar.after(Date.parse(from));
  for (; slot !== undefined && slot <= Date.parse(to); slot = calendar.after(slot))
    found.push(new Date(slot).toISOString().slice(5, 16));
  const backwards: string[] = [];
  slot = calendar.upTo(Date.parse(to));
  for (; slot !== undefined && slot > Date.parse(from); slot = calendar.upTo(slot - 1))
    backwards.unshift(new Date(slot).toISOString().slice(5, 16));
  expect(backwards).toEqual(found);
  return found;
}

describe('the slots of an expression', () => {
  it.each([
    ['0 3 * * *', ['01-01T03:00', '01-02T03:00']],
    [
      '*/30 0-1 * * *',
      ['01-01T00:30', '01-01T01:00', '01-01T01:30', '01-02T00:00', '01-02T00:30', '01-02T01:00', '01-02T01:30'],
    ],
    ['@daily', ['01-02T00:00']],
    ['0 0 1 jan *', []],
    ['0 12 * * thu', ['01-01T12:00']],
    ['0 12 2 * thu', ['01-01T12:00', '01-02T12:00']],
    ['0 0 0 2 1 *', ['01-02T00:00']],
  ])('%s', (expression, expected) => {
    expect(slots(expression, 'UTC', '2026-01-01T00:00:00Z', '2026-01-02T12:00:00Z')).toEqual(expected);
  });

  it('come from the next leap year, and from beyond every timer', () => {
    const calendar = new ExpressionCalendar('0 0 29 2 *', TimeZone.named('UTC'));
    expect(calendar.after(Date.parse('2026-11-24'))).toBe(Date.parse('2028-02-29'));
    expect(calendar.upTo(Date.parse('2026-11-24'))).toBe(Date.parse('2024-02-29'));
  });

  it('are none where there is no such day', () => {
    expect(new ExpressionCalendar('0 0 31 2 *', TimeZone.named('UTC')).after(Date.now())).toBeUndefined();
  });

  it('are those of `cron`, wherever clocks run on undisturbed', () => {
    const number = (low: number, high: number): fc.Arbitrary<string> => {
      const one = fc.integer({ min: low, max: high });
      return fc.oneof(
        fc.constant('*'),
        one.map(String),
        fc.tuple(one, one).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
        fc.integer({ min: 1, max: high }).map((step) => `*/${step}`),
        fc.tuple(one, fc.integer({ min: 1, max: high })).map(([from, step]) => `${from}/${step}`),
        fc.array(one, { minLength: 2, maxLength: 4 }).map((all) => all.join(',')),
      );
    };
    const fields = fc.tuple(number(0, 59), number(0, 59), number(0, 23), number(1, 28), number(1, 12), number(0, 7));
    const instants = fc.integer({ min: Date.UTC(2026, 10, 24), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(fields, instants, (parts, instant) => {
        const expression = parts.join(' ');
        const theirs = new CronTime(expression, 'UTC').getNextDateFrom(new Date(instant), 'UTC').toMillis();
        expect(new ExpressionCalendar(expression, TimeZone.named('UTC')).after(instant)).toBe(theirs);
      }),
      { numRuns: 300 },
    );
  });

  it('are the same forwards and backwards, over every change of clocks', () => {
    const zones = ['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'America/Santiago', 'Asia/Kathmandu'];
    const expressions = ['*/20 * * * *', '30 2 * * *', '0 0 * * *', '15,45 1-3 * * 0', '59 23 * * *', '0 */6 * * *'];
    const gaps = [undefined, 'skip', 'run-at-end'] as const;
    const folds = [undefined, 'once', 'twice'] as const;
    fc.assert(
      fc.property(
        fc.constantFrom(...zones),
        fc.constantFrom(...expressions),
        fc.constantFrom(...gaps),
        fc.constantFrom(...folds),
        fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2027, 0, 1) }),
        (zone, expression, gap, fold, instant) => {
          const calendar = new ExpressionCalendar(expression, TimeZone.named(zone), { gap, fold });
          const next = calendar.after(instant)!;
          expect(next).toBeGreaterThan(instant);
          expect(calendar.upTo(next)).toBe(next);
          expect(calendar.upTo(next - 1)).toBeLessThanOrEqual(instant);
          expect(calendar.after(next - 1)).toBe(next);
        },
      ),
      { numRuns: 500 },
    );
  });
});

describe('where clocks are changed', () => {
  const NIGHT = {
    berlinSpring: ['Europe/Berlin', '2026-03-28T22:00:00Z', '2026-03-29T03:00:00Z'],
    berlinAutumn: ['Europe/Berlin', '2026-10-24T22:00:00Z', '2026-10-25T03:00:00Z'],
    newYorkSpring: ['America/New_York', '2026-03-08T05:00:00Z', '2026-03-08T09:00:00Z'],
    newYorkAutumn: ['America/New_York', '2026-11-01T04:00:00Z', '2026-11-01T08:00:00Z'],
    lordHoweSpring: ['Australia/Lord_Howe', '2026-10-03T14:00:00Z', '2026-10-03T17:00:00Z'],
    lordHoweAutumn: ['Australia/Lord_Howe', '2026-04-04T13:30:00Z', '2026-04-04T17:00:00Z'],
    santiagoSpring: ['America/Santiago', '2026-09-06T03:00:00Z', '2026-09-06T06:00:00Z'],
    santiagoAutumn: ['America/Santiago', '2026-04-05T01:00:00Z', '2026-04-05T06:00:00Z'],
  } as const;
  const at = (night: keyof typeof NIGHT, expression: string, changes?: Partial<ClockChanges>): string[] => {
    const [zone, from, to] = NIGHT[night];
    return slots(expression, zone, from, to, changes);
  };

  it.each([
    // An hour that there is not: at the end of the jump, or not at all.
    ['berlinSpring', '30 2 * * *', undefined, ['03-29T01:00']],
    ['berlinSpring', '30 2 * * *', { gap: 'skip' }, []],
    ['berlinSpring', '0,30 2-3 * * *', undefined, ['03-29T01:00', '03-29T01:30']],
    ['newYorkSpring', '30 2 * * *', undefined, ['03-08T07:00']],
    ['lordHoweSpring', '15 2 * * *', undefined, ['10-03T15:30']],
    ['lordHoweSpring', '15 2 * * *', { gap: 'skip' }, []],
    ['lordHoweSpring', '45 2 * * *', undefined, ['10-03T15:45']],
    ['santiagoSpring', '15 0 * * *', undefined, ['09-06T04:00']],
    // One that comes twice: the first time, or both times.
    ['berlinAutumn', '30 2 * * *', undefined, ['10-25T00:30']],
    ['berlinAutumn', '30 2 * * *', { fold: 'twice' }, ['10-25T00:30', '10-25T01:30']],
    ['newYorkAutumn', '30 1 * * *', undefined, ['11-01T05:30']],
    ['newYorkAutumn', '30 1 * * *', { fold: 'twice' }, ['11-01T05:30', '11-01T06:30']],
    ['lordHoweAutumn', '45 1 * * *', undefined, ['04-04T14:45']],
    ['lordHoweAutumn', '45 1 * * *', { fold: 'twice' }, ['04-04T14:45', '04-04T15:15']],
    ['santiagoAutumn', '30 23 * * *', undefined, ['04-05T02:30']],
    ['santiagoAutumn', '30 23 * * *', { fold: 'twice' }, ['04-05T02:30', '04-05T03:30']],
    // By elapsed time.
    [
      'berlinSpring',
      '0 * * * *',
      undefined,
      ['03-28T23:00', '03-29T00:00', '03-29T01:00', '03-29T02:00', '03-29T03:00'],
    ],
    [
      'newYorkAutumn',
      '*/30 * * * *',
      undefined,
      [
        '11-01T04:30',
        '11-01T05:00',
        '11-01T05:30',
        '11-01T06:00',
        '11-01T06:30',
        '11-01T07:00',
        '11-01T07:30',
        '11-01T08:00',
      ],
    ],
    [
      'lordHoweAutumn',
      '*/30 * * * *',
      { fold: 'once' },
      ['04-04T14:00', '04-04T14:30', '04-04T15:30', '04-04T16:00', '04-04T16:30', '04-04T17:00'],
    ],
    ['lordHoweSpring', '15 * * * *', { gap: 'run-at-end' }, ['10-03T14:45', '10-03T15:30', '10-03T16:15']],
  ] as const)('%s, %s, %j', (night, expression, changes, expected) => {
    expect(at(night, expression, changes)).toEqual(expected);
  });
});

describe('a zone', () => {
  it('of an offset has no changes', () => {
    const calendar = new ExpressionCalendar('0 3 * * *', TimeZone.fixed(330));
    expect(calendar.after(Date.parse('2026-03-29T00:00:00Z'))).toBe(Date.parse('2026-03-29T21:30:00Z'));
  });

  it('is refused when nobody knows it', () => {
    expect(() => TimeZone.named('Europe/Berlyn')).toThrow(RangeError);
  });

  it('has days of 23, 24 and 25 hours', () => {
    const zone = TimeZone.named('Europe/Berlin');
    const hours = (day: string): number => {
      const calendar = new ExpressionCalendar('0 0 * * *', zone);
      const from = calendar.upTo(Date.parse(`${day}T12:00:00Z`))!;
      return (calendar.after(from)! - from) / HOUR;
    };
    expect([hours('2026-03-29'), hours('2026-06-01'), hours('2026-10-25')]).toEqual([23, 24, 25]);
  });
});

describe('an expression', () => {
  it.each([
    ['', /0 fields/],
    ['* * * *', /4 fields/],
    ['* * * * * * *', /7 fields/],
    ['60 * * * *', /minute is not within 0 to 59/],
    ['0 24 * * *', /hour/],
    ['0 0 0 * *', /day of the month/],
    ['0 0 1 foo *', /'foo'/],
    ['5-1 * * * *', /backwards/],
    ['*/0 * * * *', /step of zero/],
    ['1--2 * * * *', /can not be read/],
    ['0 3 * * * ?', /can not be read/],
  ])('%j is refused with its place', (expression, message) => {
    expect(() => new CronFields(expression)).toThrow(message);
  });
});
