import { causeChain, isList, propertyOf } from '../core/cause-chain.js';

/** Where libraries put the headers of the answer that made them fail. */
const HOLDERS: readonly (readonly string[])[] = [['response', 'headers'], ['headers'], ['$response', 'headers']];

/** A server that asks for more would park the job out of everybody's sight. */
const LONGEST_MS = 24 * 3_600_000;

/**
 * The `Retry-After` that came with a failed request, in milliseconds from now; at most a day. A date is read against the
 * answer's own `Date` where it has one, so that a wrong clock here does not matter. One of 0, or a date that is over, is left
 * to the backoff: obeyed, it would use up every retry at once.
 *
 * Looked for along the causes, too: who makes a Nest `HttpException` of a failed request keeps its status, but not its headers.
 */
export function retryAfterOf(error: unknown, nowMs: number): number | undefined {
  for (const link of causeChain(error)) {
    for (const holder of HOLDERS) {
      const headers = holder.reduce<unknown>(propertyOf, link);
      const value = header(headers, 'retry-after');
      const delay = value === undefined ? 0 : parseRetryAfter(value, httpDate(header(headers, 'date')) ?? nowMs);
      if (delay > 0) return delay;
    }
  }
  return undefined;
}

function parseRetryAfter(value: string, nowMs: number): number {
  const delay = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1_000 : (httpDate(value) ?? nowMs) - nowMs;
  return Math.round(Math.min(Math.max(delay, 0), LONGEST_MS));
}

function httpDate(value: string | undefined): number | undefined {
  // Date.parse takes far more than dates of HTTP, "1" among them.
  const time = value !== undefined && /^[A-Z][a-z]+,? /.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

/** A header of a `Headers`, of an object with lower-case or any-case names, or of one with arrays. */
function header(headers: unknown, name: string): string | undefined {
  if (typeof headers !== 'object' || headers === null) return undefined;
  const get = propertyOf(headers, 'get');
  let value: unknown;
  try {
    value = typeof get === 'function' ? (get.call(headers, name) as unknown) : undefined;
    value ??= Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  } catch {
    return undefined;
  }
  if (isList(value)) value = propertyOf(value, 0);
  return typeof value === 'string' || typeof value === 'number' ? String(value).trim() : undefined;
}
