import type { JobDefinition, PayloadMigration } from '../core/job-definition.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import { onDeadJobName } from '../core/on-dead.js';
import { OptionChecks } from '../core/option-checks.js';
import { normalisePolicy } from '../core/policy-options.js';
import { contractOf, type DeclaredJobOf } from '../decorators/declared-contract.js';
import { WORKER_OPTIONS, type RawJobOptions } from '../decorators/job.options.js';

/**
 * The definition that one declared job is for one concrete class.
 * @throws VigilError `JOB_OPTIONS_INVALID`, naming `Class.method`, the option and the cure
 */
export function buildDefinition(job: DeclaredJobOf, defaults: JobPolicyOptions): JobDefinition {
  const checks = new OptionChecks(`@Job on ${job.place}`, 'JOB_OPTIONS_INVALID');
  const contract = contractOf(job);
  if (job.contract) checks.knownOptions(job.options, WORKER_OPTIONS);
  return {
    ...contract,
    policy: normalisePolicy(job.options, defaults, checks),
    migrations: migrationsOf(job.options.migrate, contract.version, checks),
    ...(job.options.onDead !== undefined && { compensatedBy: onDeadJobName(contract.name) }),
    declaredBy: job.place,
  };
}

function migrationsOf(
  migrate: RawJobOptions['migrate'],
  version: number,
  checks: OptionChecks,
): ReadonlyMap<number, PayloadMigration> {
  if (migrate !== undefined) checks.knownOptions(migrate, Object.keys(migrate), 'migrate');
  const migrations = new Map<number, PayloadMigration>();
  for (const [from, lift] of Object.entries(migrate ?? {})) {
    const fromVersion = checks.whole(`migrate[${from}]`, Number(from), 1, Number.MAX_SAFE_INTEGER);
    if (fromVersion >= version)
      checks.fail(
        `migrate[${from}] leads from a version that is not older than its own, ${version}. Raise version, or remove it.`,
      );
    checks.fn(`migrate[${from}]`, lift);
    migrations.set(fromVersion, lift);
  }
  return migrations;
}
