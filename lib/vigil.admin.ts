import type { ModuleMetadata } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { RightsReader, type AccessQuestions } from './admin/access/access-questions.js';
import { adminControllers, adminQuestions, RESOURCES } from './admin/admin.controllers.js';
import type { AdminOptions } from './admin/admin.options.js';
import { adminSettings } from './admin/admin.settings.js';
import { ADMIN_DOCUMENT, ADMIN_LOGGER, ADMIN_SETTINGS, ADMIN_WORKERS } from './admin/admin.tokens.js';
import { alertLink } from './admin/dashboard/alert-link.js';
import { LiveFeed } from './admin/live/live-feed.js';
import { describeRoutes } from './admin/openapi/describe-routes.js';
import { AdminView } from './admin/views/admin-view.js';
import { JobStory } from './admin/views/job-story.js';
import { OverviewReader } from './admin/views/overview.js';
import { JobClient } from './client/job.client.js';
import type { Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import { AuditService } from './dead-letters/audit.service.js';
import { AlertService } from './monitoring/alerts/alert.service.js';
import { JobHealth } from './monitoring/health/job-health.js';
import { JobMetrics } from './monitoring/metrics/job-metrics.js';
import { JobWorker } from './runner/worker.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_ALERT_LINK, VIGIL_CLOCK, VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

/**
 * What the option `admin` adds to the module; nothing without it.
 *
 * @throws VigilError `VIGIL_OPTIONS_INVALID`, `ADMIN_UNGUARDED`
 */
export function adminParts(
  options: AdminOptions | undefined,
): Required<Pick<ModuleMetadata, 'imports' | 'controllers' | 'providers'>> {
  if (options === undefined) return { imports: [], controllers: [], providers: [] };
  const settings = adminSettings(options);
  const { publicUrl } = settings;
  const controllers = adminControllers(options, settings);
  const questions = adminQuestions(controllers);
  return {
    imports: options.imports ?? [],
    controllers,
    providers: [
      questions,
      {
        provide: RightsReader,
        inject: [questions, ExternalContextCreator],
        useFactory: (asked: AccessQuestions, creator: ExternalContextCreator) => new RightsReader(asked, creator),
      },
      { provide: ADMIN_SETTINGS, useValue: settings },
      { provide: ADMIN_LOGGER, useExisting: VIGIL_LOGGER },
      {
        provide: ADMIN_DOCUMENT,
        inject: [ADMIN_LOGGER],
        useFactory: (logger: JobLogger) => describeRoutes(Object.values(RESOURCES), logger),
      },
      ...(publicUrl === undefined ? [] : [{ provide: VIGIL_ALERT_LINK, useValue: alertLink(publicUrl) }]),
      { provide: ADMIN_WORKERS, useExisting: JobWorker },
      {
        provide: AdminView,
        inject: [VIGIL_SETTINGS],
        useFactory: ({ redactor }: VigilSettings) => new AdminView(redactor),
      },
      {
        provide: JobStory,
        inject: [JobClient, AuditService, AdminView],
        useFactory: (jobs: JobClient, audit: AuditService, view: AdminView) => new JobStory(jobs, audit, view),
      },
      {
        provide: OverviewReader,
        inject: [JobMetrics, AlertService, JobHealth, AdminView],
        useFactory: (metrics: JobMetrics, alerts: AlertService, health: JobHealth, view: AdminView) =>
          new OverviewReader({ metrics, alerts, health, view }),
      },
      {
        provide: LiveFeed,
        inject: [OverviewReader, VIGIL_CLOCK, AdminView],
        useFactory: (overview: OverviewReader, clock: Clock, view: AdminView) =>
          new LiveFeed({ read: () => overview.read(), clock, view }),
      },
    ],
  };
}
