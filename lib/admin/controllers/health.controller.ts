import { Get, Inject } from '@nestjs/common';
import type { HealthReport } from '../../monitoring/health/health-report.js';
import { JobHealth } from '../../monitoring/health/job-health.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { HealthModel } from '../openapi/figure-models.js';
import { AdminView } from '../views/admin-view.js';
import { shownHealth } from '../views/health-view.js';

/** For people. Probes are for `JobHealth` or terminus: they can not log in. */
export class HealthController {
  constructor(
    @Inject(JobHealth) private readonly health: JobHealth,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  @Get()
  @Requires('view')
  @Described('How this process and the store fare', HealthModel)
  async read(): Promise<HealthReport> {
    return shownHealth(await this.health.readiness(), this.view);
  }
}
