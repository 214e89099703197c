import { startOfDay } from '../../core/zone-day.js';

export const MINUTE_MS = 60_000;

/**
 * The span that figures are about. It ends now; `minute`, `fiveMinutes` and `hour` reach back over so many whole minutes before the
 * present one, `today` to midnight in the option `timeZone`.
 *
 * @example
 * const window: MetricsWindow = 'fiveMinutes';
 * @publicApi
 */
export type MetricsWindow = 'minute' | 'fiveMinutes' | 'hour' | 'today';

const MINUTES: Readonly<Record<Exclude<MetricsWindow, 'today'>, number>> = { minute: 1, fiveMinutes: 5, hour: 60 };

export interface WindowSpan {
  /** Minutes since the epoch, the present one included. */
  readonly first: number;
  readonly last: number;
  readonly from: number;
  readonly to: number;
}

export function spanOf(window: MetricsWindow, now: number, timeZone: string): WindowSpan {
  const last = Math.floor(now / MINUTE_MS);
  const first =
    window === 'today' ? Math.floor(startOfDay(now, timeZone) / MINUTE_MS) : Math.max(0, last - MINUTES[window]);
  return { first, last, from: first * MINUTE_MS, to: now };
}
