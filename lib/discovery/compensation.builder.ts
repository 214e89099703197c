import { NAME_PATTERN } from '../core/job-id.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import { onDeadJobName } from '../core/on-dead.js';
import { OptionChecks } from '../core/option-checks.js';
import { normalisePolicy, POLICY_OPTIONS } from '../core/policy-options.js';
import { jobsOfClass, type DeclaredJobOf } from '../decorators/declared-contract.js';
import { RESERVED } from '../decorators/job.metadata.js';
import type { ProvidedClass } from './provided-handler.js';

/** The job that `onDead` of another one runs as, and its method. */
export interface Compensation {
  readonly definition: JobDefinition;
  readonly method: string;
}

/**
 * What `onDead` of a declared job asks for; it never has one itself, so that no burial leads to another without end.
 * @throws VigilError `JOB_OPTIONS_INVALID`, naming `Class.method`, what is wrong with `onDead` and the cure
 */
export function buildCompensation(
  job: DeclaredJobOf,
  of: JobDefinition,
  type: ProvidedClass,
  defaults: JobPolicyOptions,
): Compensation | undefined {
  const { onDead } = job.options;
  if (onDead === undefined) return undefined;
  const checks = new OptionChecks(`@Job on ${job.place}`, 'JOB_OPTIONS_INVALID');
  if (typeof onDead !== 'string') checks.knownOptions(onDead, ['method', ...POLICY_OPTIONS], 'onDead');
  const { method, ...own } = typeof onDead === 'string' ? { method: onDead } : onDead;
  checkMethod(checks.text('onDead', method), type, checks);
  const { owner, runbook, severity } = of.policy;
  return {
    method,
    definition: {
      name: checks.matching(
        'the name of its onDead,',
        onDeadJobName(of.name),
        NAME_PATTERN,
        'It is the name of the job and :onDead, at most 128 characters; give the job a shorter name.',
      ),
      ...{ queue: of.queue, version: 1, level: of.level, migrations: new Map() },
      policy: normalisePolicy({ owner, runbook, severity, ...own }, defaults, checks),
      declaredBy: `${type.name}.${method}`,
    },
  };
}

function checkMethod(method: string, type: ProvidedClass, checks: OptionChecks): void {
  const found: unknown = (type.prototype as Record<string, unknown>)[method];
  if (typeof found !== 'function' || RESERVED.has(method))
    checks.fail(`onDead names '${method}', which is no method of ${type.name}. Name one that takes (dead, ctx).`);
  if (jobsOfClass(type).some((job) => job.method === method && job.overriddenBy === undefined))
    checks.fail(
      `onDead names '${method}', which is a job itself. It is made one by onDead: remove its @Job, or name a method that enqueues it.`,
    );
}
