import type { JobContract } from '../core/job-contract.js';
import type { ContractDefinition } from '../core/job-definition.js';
import type { ContractResolver, JobsClass } from './contract.resolver.js';
import type { EnqueueOptions } from './enqueue.options.js';

/** What follows the target: nothing has to for a job without a payload, and `undefined` stands in its place before options. */
export type EnqueueArguments<P, O = EnqueueOptions> = [P] extends [void]
  ? [payload?: undefined, options?: O]
  : void extends P
    ? [payload?: Exclude<P, void>, options?: O]
    : [payload: P, options?: O];

/** A class that is asked for by its instances' type. */
export type ServiceClass<S> = abstract new (...args: any[]) => S;

export type JobArguments = readonly [JobContract<never>, ...unknown[]] | readonly [JobsClass, string, ...unknown[]];

/** Every call names its job first, by a contract or by a class and a method; this takes it off the front. */
export function splitTarget(
  resolver: ContractResolver,
  args: JobArguments,
): { contract: ContractDefinition; rest: readonly unknown[] } {
  const [first] = args;
  if (isContract(first)) return { contract: resolver.ofContract(first), rest: args.slice(1) };
  return { contract: resolver.ofMethod(first, args[1] as string), rest: args.slice(2) };
}

function isContract(target: JobContract<never> | JobsClass): target is JobContract<never> {
  return typeof target === 'object' && target !== null && target.kind === 'nestjs-vigil:contract';
}
