import { propertyOf } from './cause-chain.js';

const PLACES: readonly (readonly string[])[] = [
  ['status'],
  ['statusCode'],
  ['response', 'status'],
  ['response', 'statusCode'],
  ['$metadata', 'httpStatusCode'],
];

/**
 * The HTTP status of a failed request that an error tells of: Nest's `HttpException`, axios, got, the AWS SDK, a `Response`,
 * or whoever follows their habits. By structure, because two copies of a library do not share their classes.
 */
export function httpStatusOf(error: unknown): number | undefined {
  const asked = askStatus(error);
  if (asked !== undefined) return asked;
  for (const place of PLACES) {
    const status = place.reduce<unknown>(propertyOf, error);
    if (isFailure(status)) return status;
  }
  return undefined;
}

function askStatus(error: unknown): number | undefined {
  const getStatus = propertyOf(error, 'getStatus');
  if (typeof getStatus !== 'function') return undefined;
  try {
    const status: unknown = getStatus.call(error);
    return isFailure(status) ? status : undefined;
  } catch {
    return undefined;
  }
}

function isFailure(status: unknown): status is number {
  return typeof status === 'number' && Number.isInteger(status) && status >= 400 && status <= 599;
}
