import type { StandardSchemaV1 } from '@standard-schema/spec';
import type { IdempotencyKey } from './job-contract.js';
import type { JobPolicy } from './job-policy.js';
import type { PriorityLevel } from './priority.js';

/** Brings a payload of one version to the next newer shape this worker knows. */
export type PayloadMigration = (payload: never) => unknown;

/** The contract part, normalised: what producers and workers agree on. */
export interface ContractDefinition {
  readonly name: string;
  readonly queue: string;
  readonly version: number;
  readonly level: PriorityLevel;
  readonly idempotencyKey?: IdempotencyKey;
  readonly schema?: StandardSchemaV1;
}

/** What `@Job` declared on a method, validated and with every default filled in. */
export interface JobDefinition extends ContractDefinition {
  readonly policy: JobPolicy;
  /** Name of the job that `onDead` makes of each of its dead letters. */
  readonly compensatedBy?: string;
  /** From version to the function that lifts a payload of it to the next newer version known here; one after the other up to the worker's. */
  readonly migrations: ReadonlyMap<number, PayloadMigration>;
  /** `Class.method`, for logs and errors. */
  readonly declaredBy: string;
}
