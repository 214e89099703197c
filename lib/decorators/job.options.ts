import { CONTRACT_OPTIONS, type RawContractOptions } from '../core/contract-options.js';
import type { KeyPath, PayloadSchema } from '../core/job-contract.js';
import type { PayloadMigration } from '../core/job-definition.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import type { OnDeadOptions } from '../core/on-dead.js';
import { POLICY_OPTIONS } from '../core/policy-options.js';
import type { JobPriority } from '../core/priority.js';

/**
 * The policy of a job and how its worker reads older payloads.
 *
 * @example
 * const policy: WorkerPolicy = { maxRetries: 5, timeout: '30s', migrate: { 1: (old: { id: string }) => ({ orderId: old.id }) } };
 * @publicApi
 */
export interface WorkerPolicy extends JobPolicyOptions {
  /** From an older version to the function that makes its payload one of the next version this worker knows. */
  readonly migrate?: { readonly [fromVersion: number]: (payload: never) => unknown };
  /**
   * A public method of the same class that is told of each life that ends dead, whoever buried it: compensation. It runs as a job of
   * its own, `<name>:onDead` on the same queue, once for each life, with its own attempts.
   */
  readonly onDead?: string | OnDeadOptions;
}

/**
 * What `@Job` takes: the contract part and the policy part together.
 *
 * @example
 * const options: JobOptions<ChargeOrder> = { idempotencyKey: 'orderId', maxRetries: 5, timeout: '30s', owner: 'payments' };
 * @publicApi
 */
export interface JobOptions<P> extends WorkerPolicy {
  /** Default `Class.method`, of the concrete class. Give one before you rename a class whose jobs are waiting. */
  readonly name?: string;
  /** Default `default`. All jobs of a queue live on one node of a Redis Cluster. */
  readonly queue?: string;
  /** Of the payload's shape. A worker claims its own version and those it can migrate. Default 1. */
  readonly version?: number;
  /** A Standard Schema (Zod, Valibot and others) or a class-validator class: checked at enqueue, parsed before each attempt. */
  readonly schema?: PayloadSchema;
  /** A field of the payload (a dotted path reaches inside), or a function of the payload. Without it, every enqueue is a job of its own. */
  readonly idempotencyKey?: KeyPath<P> | ((payload: P) => string | number);
  /** Default `normal`. */
  readonly priority?: JobPriority;
}

/** The options with the payload's type erased. */
export interface RawJobOptions extends Omit<RawContractOptions, 'idempotencyKey'>, JobPolicyOptions {
  readonly name?: string;
  readonly idempotencyKey?: string | ((...payload: any[]) => string | number);
  readonly migrate?: { readonly [fromVersion: number]: PayloadMigration };
  readonly onDead?: string | OnDeadOptions;
}

export const WORKER_OPTIONS: readonly string[] = [...POLICY_OPTIONS, 'migrate', 'onDead'];
export const JOB_OPTIONS: readonly string[] = ['name', ...CONTRACT_OPTIONS, ...WORKER_OPTIONS];
