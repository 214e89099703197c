const LONGEST_DAY_MS = 26 * 3_600_000;
const STEP_MS = 1_000;

const formats = new Map<string, Intl.DateTimeFormat>();

/** @throws RangeError for a zone that nobody knows */
export function dateInZone(instant: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    // Such as 2026-03-29.
    format = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(instant);
}

/** The first instant of the day that it is in the zone: where clocks go forward at midnight, that is later than 0:00. */
export function startOfDay(instant: number, timeZone: string): number {
  const today = dateInZone(instant, timeZone);
  let before = Math.floor((instant - LONGEST_DAY_MS) / STEP_MS);
  let within = Math.floor(instant / STEP_MS);
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dateInZone(middle * STEP_MS, timeZone) === today) within = middle;
    else before = middle;
  }
  return within * STEP_MS;
}
