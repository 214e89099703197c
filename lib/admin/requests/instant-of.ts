/** `Date.parse` makes a time of almost anything with a digit in it, `mail 5` included. */
const ISO = /^\d{4}-\d\d-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?)?$/;

/** Milliseconds since the epoch for a date as ISO 8601 has it; undefined for all else. */
export function instantOf(text: string): number | undefined {
  const ms = ISO.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
