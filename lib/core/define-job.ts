import type { StandardSchemaV1 } from '@standard-schema/spec';
import { CONTRACT_OPTIONS, normaliseContract, type RawContractOptions } from './contract-options.js';
import type { JobContract, KeyPath } from './job-contract.js';
import { OptionChecks } from './option-checks.js';
import type { JobPriority } from './priority.js';

/**
 * What a contract says beside its name.
 *
 * @example
 * const options: ContractOptions<ChargeOrder> = { queue: 'billing', idempotencyKey: 'orderId', version: 1 };
 * @publicApi
 */
export interface ContractOptions<P> {
  /** Default `default`. */
  readonly queue?: string;
  /** Of the payload's shape; raise it when workers of the older code could not take the newer payload. Default 1. */
  readonly version?: number;
  /** A field of the payload (a dotted path reaches inside), or a function of the payload. Without it, every enqueue is a job of its own. */
  readonly idempotencyKey?: KeyPath<P> | ((payload: P) => string | number);
  /** Default `normal`. */
  readonly priority?: JobPriority;
}

/**
 * What a schema accepts: what `enqueue` takes.
 *
 * @example
 * type Sent = SchemaInput<typeof orderSchema>;
 * @publicApi
 */
export type SchemaInput<S> = S extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<S>
  : S extends new () => infer T
    ? T
    : never;
/**
 * What a schema makes of it: what the handler gets.
 *
 * @example
 * type Handled = SchemaOutput<typeof orderSchema>;
 * @publicApi
 */
export type SchemaOutput<S> = S extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<S>
  : S extends new () => infer T
    ? T
    : never;

/**
 * Declares what producers must know of a job, apart from the worker that does it. The entry `nestjs-vigil/contract` has it
 * without loading Nest.
 *
 * @param name of the job: 1 to 128 letters, digits and `. _ : -`
 * @throws VigilError `CONTRACT_INVALID`, naming the option and the cure
 * @example
 * export const chargeJob = defineJob<ChargeOrder, Receipt>('billing.charge', { queue: 'billing', idempotencyKey: 'orderId' });
 * @publicApi
 */
export function defineJob<S extends StandardSchemaV1 | (new () => object), R = void>(
  name: string,
  options: ContractOptions<SchemaInput<S>> & { readonly schema: S },
): JobContract<SchemaInput<S>, SchemaOutput<S>, R>;
export function defineJob<I = void, R = void>(
  name: string,
  options?: ContractOptions<I> & { readonly schema?: undefined },
): JobContract<I, I, R>;
export function defineJob(name: string, options: RawContractOptions = {}): unknown {
  const checks = new OptionChecks(`defineJob('${String(name).slice(0, 80)}')`, 'CONTRACT_INVALID');
  checks.knownOptions(options, CONTRACT_OPTIONS);
  const { queue, version } = normaliseContract(name, options, checks);
  return Object.freeze({ kind: 'nestjs-vigil:contract', name, ...options, queue, version });
}
