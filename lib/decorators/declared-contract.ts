import { normaliseContract } from '../core/contract-options.js';
import type { ContractDefinition } from '../core/job-definition.js';
import { OptionChecks } from '../core/option-checks.js';
import { declaredJobs, type DeclaredJob } from './job.metadata.js';
import { JOB_OPTIONS } from './job.options.js';

/** A declared job of one concrete class. */
export interface DeclaredJobOf extends DeclaredJob {
  /** `Class.method`. */
  readonly place: string;
}

interface ClassLike {
  readonly name: string;
  readonly prototype: object;
}

export function jobsOfClass(type: ClassLike): readonly DeclaredJobOf[] {
  return declaredJobs(type).map((job) => ({ ...job, place: `${type.name}.${job.method}` }));
}

/**
 * What producers need of a declared job: what the worker knows of it as well, so that both come to the same.
 * @throws VigilError `JOB_OPTIONS_INVALID`
 */
export function contractOf({ contract, options, place }: DeclaredJobOf): ContractDefinition {
  const checks = new OptionChecks(`@Job on ${place}`, 'JOB_OPTIONS_INVALID');
  if (contract) return normaliseContract(contract.name, contract, checks);
  checks.knownOptions(options, JOB_OPTIONS);
  return normaliseContract(options.name ?? place, options, checks);
}
