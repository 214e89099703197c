import { Get, Inject } from '@nestjs/common';
import type { HealthReport } from '../../monitoring/health/health-report.js';
import { JobHealth } from '../../monitoring/health/job-health.js';
import { Requires } from '../access/admin-right.js';

/** For people. Probes are for `JobHealth` or terminus: they can not log in. */
export class HealthController {
  constructor(@Inject(JobHealth) private readonly health: JobHealth) {}

  @Get()
  @Requires('view')
  read(): Promise<HealthReport> {
    return this.health.readiness();
  }
}
