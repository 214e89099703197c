import type { ContractDefinition } from '../core/job-definition.js';
import { keyProblem } from '../core/job-id.js';
import { VigilError } from '../core/vigil.error.js';

/**
 * The key of one enqueue: the one given with it, else what the declaration finds in the payload; `undefined` for a job without.
 * @throws VigilError `IDEMPOTENCY_KEY_INVALID` for a key that is missing, empty, too long, or neither a string nor a number
 */
export function idempotencyKeyOf(
  { idempotencyKey }: ContractDefinition,
  payload: unknown,
  given: unknown,
  place: string,
): string | number | undefined {
  if (given !== undefined) return checked(given, place, 'the option idempotencyKey');
  if (idempotencyKey === undefined) return undefined;
  if (typeof idempotencyKey === 'string')
    return checked(valueAt(payload, idempotencyKey), place, `payload.${idempotencyKey}`);
  let key: unknown;
  try {
    key = idempotencyKey(payload as never);
  } catch (cause) {
    throw new VigilError(
      'IDEMPOTENCY_KEY_INVALID',
      `${place}: its idempotencyKey function threw on this payload. It must return a key for every payload.`,
      { cause },
    );
  }
  return checked(key, place, 'what its idempotencyKey function returned');
}

/** A key by which a job is looked up. @throws VigilError `IDEMPOTENCY_KEY_INVALID` */
export function checkedKey(key: unknown, place: string): string | number {
  const problem = keyProblem(key);
  if (problem === undefined) return key as string | number;
  throw new VigilError(
    'IDEMPOTENCY_KEY_INVALID',
    `${place}: no job can have this idempotency key: ${problem}. Give the key that it was enqueued with.`,
  );
}

function checked(key: unknown, place: string, source: string): string | number {
  const problem = keyProblem(key);
  if (problem === undefined) return key as string | number;
  throw new VigilError(
    'IDEMPOTENCY_KEY_INVALID',
    `${place}: ${source} can not be an idempotency key: ${problem}. Without a key nothing would keep the job from being done twice, so it was not enqueued.`,
  );
}

function valueAt(payload: unknown, path: string): unknown {
  if (!path.includes('.')) return fieldOf(payload, path);
  let at = payload;
  for (const field of path.split('.')) {
    at = fieldOf(at, field);
  }
  return at;
}

function fieldOf(value: unknown, field: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[field] : undefined;
}
