import type { StandardSchemaV1 } from '@standard-schema/spec';
import { classValidatorSchema } from './class-validator-schema.js';
import type { IdempotencyKey, PayloadSchema } from './job-contract.js';
import type { ContractDefinition } from './job-definition.js';
import { NAME_PATTERN } from './job-id.js';
import type { OptionChecks } from './option-checks.js';
import { PRIORITIES, priorityLevel, type JobPriority } from './priority.js';

export const DEFAULT_QUEUE = 'default';
const HIGHEST_VERSION = 1_000_000;
const NAME_RULE = 'Use 1 to 128 letters, digits and . _ : - and begin with a letter or digit.';

/** The contract part as it is written, types erased. */
export interface RawContractOptions {
  readonly queue?: string;
  readonly version?: number;
  readonly schema?: PayloadSchema;
  readonly idempotencyKey?: IdempotencyKey;
  readonly priority?: JobPriority;
}

export const CONTRACT_OPTIONS = [
  'queue',
  'version',
  'schema',
  'idempotencyKey',
  'priority',
] as const satisfies readonly (keyof RawContractOptions)[];

/** @throws VigilError of the checks' code */
export function normaliseContract(name: string, options: RawContractOptions, checks: OptionChecks): ContractDefinition {
  const { queue = DEFAULT_QUEUE, version = 1, schema, idempotencyKey, priority = 'normal' } = options;
  return {
    name: checks.matching('the name', name, NAME_PATTERN, NAME_RULE),
    queue: checks.matching('queue', queue, NAME_PATTERN, NAME_RULE),
    version: checks.whole('version', version, 1, HIGHEST_VERSION),
    level: priorityLevel(checks.oneOf('priority', priority, PRIORITIES)),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey: checkKey(idempotencyKey, checks) }),
    ...(schema === undefined ? {} : { schema: normaliseSchema(schema, checks) }),
  };
}

function checkKey(key: IdempotencyKey, checks: OptionChecks): IdempotencyKey {
  if (typeof key === 'function') return key;
  return checks.matching(
    'idempotencyKey',
    key,
    /^[^.]+(\.[^.]+)*$/,
    "Name a field of the payload ('orderId', 'order.id'), or give a function of the payload.",
  );
}

function normaliseSchema(schema: PayloadSchema, checks: OptionChecks): StandardSchemaV1 {
  if ('~standard' in Object(schema)) return schema as StandardSchemaV1;
  // An arrow function has no prototype, so it is no class.
  if (typeof schema === 'function' && schema.prototype) return classValidatorSchema(schema);
  return checks.fail(
    'schema is neither a Standard Schema (Zod, Valibot, ArkType and others) nor a class with class-validator decorators.',
  );
}
