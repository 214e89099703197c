import type { Provider } from '@nestjs/common';
import type { Clock } from './core/clock.js';
import type { JobLogger } from './core/job-logger.js';
import { JobTracing } from './monitoring/tracing/job-tracing.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_CLOCK, VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

/** Undefined where it is switched off, so that nobody asks it anything. */
export const tracingProvider: Provider<JobTracing | undefined> = {
  provide: JobTracing,
  inject: [VIGIL_SETTINGS, VIGIL_LOGGER, VIGIL_CLOCK],
  useFactory: ({ tracing: options, redactor }: VigilSettings, logger: JobLogger, clock: Clock) =>
    options && new JobTracing({ options, logger, redactor, monotonic: () => clock.monotonic?.() ?? clock.now() }),
};
