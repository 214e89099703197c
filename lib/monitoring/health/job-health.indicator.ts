import type { JobHealth } from './job-health.js';
import type { HealthReport } from './health-report.js';

/**
 * What `HealthCheckService` of `@nestjs/terminus` takes from an indicator.
 *
 * @example
 * const isUp = (result: JobHealthResult): boolean => Object.values(result).every(({ status }) => status === 'up');
 * @publicApi
 */
export type JobHealthResult = Record<string, { readonly status: 'up' | 'down' } & Readonly<Record<string, unknown>>>;

/**
 * `JobHealth` as an indicator for `@nestjs/terminus`, 11 or 12. What is degraded counts as up, and says so: traffic may go on.
 *
 * @example
 * constructor(private readonly health: HealthCheckService, private readonly jobs: JobHealthIndicator) {}
 * readiness() {
 *   return this.health.check([() => this.jobs.isReady()]);
 * }
 * @publicApi
 */
export class JobHealthIndicator {
  /** @internal built by the module */
  constructor(private readonly health: JobHealth) {}

  /** For a liveness probe: never down because the store is. */
  isAlive(key = 'jobs'): JobHealthResult {
    return resultOf(key, this.health.liveness());
  }

  /** For a readiness probe. */
  async isReady(key = 'jobs'): Promise<JobHealthResult> {
    return resultOf(key, await this.health.readiness());
  }
}

function resultOf(key: string, { status, checks }: HealthReport): JobHealthResult {
  const troubles = Object.entries(checks).flatMap(([name, check]) =>
    check.status === 'up' ? [] : [[name, check.message ?? check.status]],
  );
  return {
    [key]: {
      ...(Object.fromEntries(troubles) as Record<string, string>),
      status: status === 'down' ? 'down' : 'up',
      ...(status === 'degraded' && { degraded: true }),
    },
  };
}
