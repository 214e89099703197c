import { normaliseContract } from '../core/contract-options.js';
import type { JobContract } from '../core/job-contract.js';
import type { ContractDefinition } from '../core/job-definition.js';
import type { JobDirectory } from '../core/job-directory.js';
import { OptionChecks } from '../core/option-checks.js';
import { VigilError } from '../core/vigil.error.js';
import { contractOf, jobsOfClass } from '../decorators/declared-contract.js';

/** A class whose methods are jobs. */
export type JobsClass = abstract new (...args: never[]) => object;

/** From what a producer names (a contract, or a class and a method) to what is sent. Looked up once, then remembered. */
export class ContractResolver {
  private readonly byContract = new WeakMap<object, ContractDefinition>();
  private readonly byClass = new WeakMap<JobsClass, ReadonlyMap<string, ContractDefinition>>();

  constructor(private readonly directory: JobDirectory) {}

  /** @throws VigilError `CONTRACT_INVALID` */
  ofContract(contract: JobContract<never>): ContractDefinition {
    const known = this.byContract.get(contract);
    if (known) return known;
    const definition = normaliseContract(
      contract.name,
      contract,
      new OptionChecks(`contract '${contract.name}'`, 'CONTRACT_INVALID'),
    );
    this.byContract.set(contract, definition);
    return definition;
  }

  /** @throws VigilError `NOT_A_JOB`, and `JOB_OPTIONS_INVALID` for what stands on the method */
  ofMethod(target: JobsClass, method: string): ContractDefinition {
    return this.ofClass(target).get(method) ?? this.refuse(target, method);
  }

  private ofClass(target: JobsClass): ReadonlyMap<string, ContractDefinition> {
    if (typeof target !== 'function') {
      throw new VigilError(
        'NOT_A_JOB',
        `${String(target)} is neither a class nor a contract. Give the class of the service, or what defineJob returned.`,
      );
    }
    // Asked anew each time: before module init nobody knows yet which class is behind this one.
    const type = this.directory.implementationOf(target);
    const known = this.byClass.get(type);
    if (known) return known;
    const jobs = jobsOfClass(type).filter(({ overriddenBy }) => overriddenBy === undefined);
    const definitions = new Map(jobs.map((job) => [job.method, contractOf(job)]));
    this.byClass.set(type, definitions);
    return definitions;
  }

  private refuse(target: JobsClass, method: string): never {
    const names = [...this.ofClass(target).keys()];
    const known = names.length > 0 ? `Its jobs are: ${names.join(', ')}.` : 'It has no jobs.';
    const override = jobsOfClass(target).find((job) => job.method === method)?.overriddenBy;
    const cure =
      override === undefined
        ? `Put @Job on it, or name a method that has it. ${known}`
        : `${override} overrides it without @Job; put @Job on the override as well.`;
    throw new VigilError('NOT_A_JOB', `${target.name}.${String(method)} is not a job. ${cure}`);
  }
}
