import type { CronSchedule } from '../../core/cron-definition.js';
import { VigilError } from '../../core/vigil.error.js';
import { DateCalendar, ExpressionCalendar, type SlotCalendar } from './slot-calendar.js';
import { TimeZone } from './time-zone.js';

/**
 * The slots of a schedule.
 * @param place class and method of the entry, for errors
 * @throws VigilError `CRON_EXPRESSION_INVALID`, `CRON_ZONE_UNKNOWN`
 */
export function calendarOf({ expression, zone, changes }: CronSchedule, place: string): SlotCalendar {
  if (typeof expression === 'number') return new DateCalendar(expression);
  const clocks = 'timeZone' in zone ? zoneOf(zone.timeZone, place) : TimeZone.fixed(zone.utcOffset);
  const calendar = readable(expression, clocks, changes, place);
  if (calendar.after(Date.now()) === undefined)
    throw invalid(expression, place, 'there is no such day in the next ten years');
  return calendar;
}

/** What decides the slots of a schedule, so that it is known when that was changed. */
export function fingerprintOf({ expression, zone, changes }: CronSchedule): string {
  const where = 'timeZone' in zone ? zone.timeZone : `UTC${zone.utcOffset}`;
  return [expression, where, changes.gap ?? '', changes.fold ?? ''].join('|');
}

function readable(
  expression: string,
  zone: TimeZone,
  changes: CronSchedule['changes'],
  place: string,
): ExpressionCalendar {
  try {
    return new ExpressionCalendar(expression, zone, changes);
  } catch (error) {
    throw invalid(expression, place, error instanceof Error ? error.message : String(error));
  }
}

function invalid(expression: string, place: string, problem: string): VigilError {
  return new VigilError(
    'CRON_EXPRESSION_INVALID',
    `@Cron on ${place}: the expression '${expression}' can not be used: ${problem}. Write minute, hour, day of the month, month and day of the week, such as '0 3 * * *'.`,
  );
}

function zoneOf(name: string, place: string): TimeZone {
  try {
    return TimeZone.named(name);
  } catch (cause) {
    throw new VigilError(
      'CRON_ZONE_UNKNOWN',
      `@Cron on ${place}: nobody knows the time zone '${name}'. Use a name of the IANA list, such as 'Europe/Berlin'.`,
      { cause },
    );
  }
}
