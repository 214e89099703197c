import { Controller, UseFilters, UseGuards, VERSION_NEUTRAL, type Type } from '@nestjs/common';
import { questionsBehind, type AccessQuestions } from './access/access-questions.js';
import { OperatorGuard } from './access/operator.guard.js';
import { OriginGuard } from './access/origin.guard.js';
import { RightGuard } from './access/right.guard.js';
import { SecureHeadersGuard } from './access/secure-headers.guard.js';
import type { AdminOptions } from './admin.options.js';
import type { AdminSettings } from './admin.settings.js';
import { AccessController } from './controllers/access.controller.js';
import { AlertsController } from './controllers/alerts.controller.js';
import { AuditController } from './controllers/audit.controller.js';
import { CronController } from './controllers/cron.controller.js';
import { DeadLetterGroupsController } from './controllers/dead-letter-groups.controller.js';
import { DeadLettersController } from './controllers/dead-letters.controller.js';
import { HealthController } from './controllers/health.controller.js';
import { JobsController } from './controllers/jobs.controller.js';
import { LiveController } from './controllers/live.controller.js';
import { MetricsController } from './controllers/metrics.controller.js';
import { OverviewController } from './controllers/overview.controller.js';
import { QueuesController } from './controllers/queues.controller.js';
import { ReplaysController } from './controllers/replays.controller.js';
import { SilencesController } from './controllers/silences.controller.js';
import { WorkersController } from './controllers/workers.controller.js';
import { DashboardController } from './dashboard/dashboard.controller.js';
import { ProblemFilter } from './problems/problem.filter.js';

/** What stands below `<path>/api/`, one controller for each resource. The dashboard stands at `<path>` itself. */
export const RESOURCES: Readonly<Record<string, Type>> = {
  overview: OverviewController,
  queues: QueuesController,
  jobs: JobsController,
  'dead-letters': DeadLettersController,
  'dead-letter-groups': DeadLetterGroupsController,
  replays: ReplaysController,
  cron: CronController,
  workers: WorkersController,
  alerts: AlertsController,
  silences: SilencesController,
  audit: AuditController,
  metrics: MetricsController,
  health: HealthController,
  access: AccessController,
  live: LiveController,
};

/** The controllers of one application, at its path and behind its guards. */
export function adminControllers({ guards = [], decorators = [] }: AdminOptions, { path }: AdminSettings): Type[] {
  const routes: [string, Type][] = Object.entries(RESOURCES).map(([resource, type]) => [
    `${path}/api/${resource}`,
    type,
  ]);
  return [...routes, [path, DashboardController] as const].map(([at, type]) => {
    const controller = ownCopy(type);
    // A decorator that is named first here runs last, but guards run in the order in which they are added.
    UseGuards(SecureHeadersGuard)(controller);
    for (const decorate of decorators) decorate(controller);
    UseGuards(...guards, RightGuard, OriginGuard, OperatorGuard)(controller);
    UseFilters(ProblemFilter)(controller);
    // Versions are those of the application's own interface.
    Controller({ path: at, version: VERSION_NEUTRAL })(controller);
    return controller;
  });
}

/** To be provided beside them: asks their guards what they would say. */
export function adminQuestions(controllers: readonly Type[]): Type<AccessQuestions> {
  const access = controllers.find(({ prototype }) => prototype instanceof AccessController);
  return questionsBehind(access as Type);
}

/** Metadata stands on classes, and two applications in one process have different guards. */
function ownCopy(type: Type): Type {
  const copy = class extends type {};
  Object.defineProperty(copy, 'name', { value: type.name });
  return copy;
}
