import type { StandardSchemaV1 } from '@standard-schema/spec';
import { isPromise } from './is-promise.js';
import { VigilError } from './vigil.error.js';

type Result = StandardSchemaV1.Result<unknown>;

const LISTED_ISSUES = 5;

/**
 * A payload does not fit its job's schema. From `enqueue`, nothing was sent; found by a worker, the job is buried as
 * `invalid_payload`.
 *
 * @example
 * if (error instanceof InvalidPayloadError) throw new BadRequestException(error.message);
 * @publicApi
 */
export class InvalidPayloadError extends VigilError {
  constructor(
    jobName: string,
    what: string,
    readonly issues: readonly StandardSchemaV1.Issue[] = [],
    options?: { cause?: unknown },
  ) {
    super('PAYLOAD_INVALID', `${jobName}: ${what}`, options);
  }
}

/**
 * The schema's output for a value; a promise only where the schema itself is asynchronous.
 *
 * @throws InvalidPayloadError; whatever a schema throws of itself passes through, since it may be a failed look-up
 */
export function applySchema(schema: StandardSchemaV1, value: unknown, jobName: string): unknown {
  const result = schema['~standard'].validate(value);
  return isPromise(result) ? result.then((late) => outputOf(late as Result, jobName)) : outputOf(result, jobName);
}

function outputOf(result: Result, jobName: string): unknown {
  if (!result.issues) return result.value;
  const listed = result.issues.slice(0, LISTED_ISSUES).map((issue) => `${pathOf(issue)}: ${issue.message}`);
  const more = result.issues.length - listed.length;
  const what = `its payload does not fit the schema: ${listed.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  throw new InvalidPayloadError(jobName, what, result.issues);
}

function pathOf({ path = [] }: StandardSchemaV1.Issue): string {
  return path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.') || '(payload)';
}
