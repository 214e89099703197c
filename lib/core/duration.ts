import { VigilError } from './vigil.error.js';

type DurationUnit = 'ms' | 's' | 'm' | 'h' | 'd';

/**
 * A length of time: a number of milliseconds, or a number with a unit: `'250ms'`, `'30s'`, `'5m'`, `'1.5h'`, `'7d'`.
 *
 * @example
 * const timeout: Duration = '30s';
 * @publicApi
 */
export type Duration = number | `${number}${DurationUnit}`;

const UNIT_MS: Readonly<Record<DurationUnit, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const PATTERN = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/** Beyond this, a time could no longer be added to today's date without losing milliseconds. */
const LONGEST_MS = 100 * 365 * UNIT_MS.d;

/**
 * Turns a duration into whole milliseconds. Takes any string, so that values from the environment can be checked.
 *
 * @param value the duration; a bare number, or a string of digits only, means milliseconds
 * @param place what the duration is for; stands in the error
 * @throws VigilError `DURATION_INVALID` for anything that is not a finite, non-negative duration of at most 100 years
 * @example
 * const lease = parseDuration(process.env.JOB_LEASE ?? '30s');
 * @publicApi
 */
export function parseDuration(value: Duration | (string & {}), place = 'duration'): number {
  const ms = typeof value === 'number' ? value : millisecondsOf(value);
  if (!Number.isFinite(ms) || ms < 0 || ms > LONGEST_MS) {
    throw new VigilError(
      'DURATION_INVALID',
      `${place}: ${describe(value)} is not a duration. Write milliseconds as a number, or a number with a unit such as '250ms', '30s', '5m', '2h' or '7d'.`,
    );
  }
  return Math.round(ms);
}

function millisecondsOf(text: unknown): number {
  if (typeof text !== 'string') return Number.NaN;
  if (/^\d+$/.test(text)) return Number(text);
  const match = PATTERN.exec(text.trim());
  return match ? Number(match[1]) * UNIT_MS[match[2] as DurationUnit] : Number.NaN;
}

function describe(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : String(value);
}
