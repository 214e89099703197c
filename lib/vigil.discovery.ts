import type { Provider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { JobDirectory } from './core/job-directory.js';
import { JobEventBus } from './core/job-event-bus.js';
import type { JobLogger } from './core/job-logger.js';
import { JobRegistry } from './core/job-registry.js';
import { EventListenerExplorer } from './discovery/event-listener.explorer.js';
import { JobExplorer } from './discovery/job.explorer.js';
import type { VigilSettings } from './vigil.settings.js';
import { VIGIL_LOGGER, VIGIL_SETTINGS } from './vigil.tokens.js';

/** What finds what was declared. */
export const findingProviders: Provider[] = [
  {
    provide: JobExplorer,
    inject: [ModulesContainer, ApplicationConfig, JobRegistry, JobDirectory, VIGIL_SETTINGS, VIGIL_LOGGER],
    useFactory: (
      modules: ModulesContainer,
      applicationConfig: ApplicationConfig,
      registry: JobRegistry,
      directory: JobDirectory,
      { defaults, enhancers, asyncContext }: VigilSettings,
      logger: JobLogger,
    ) =>
      new JobExplorer({ modules, applicationConfig, registry, directory, defaults, enhancers, asyncContext, logger }),
  },
  {
    provide: EventListenerExplorer,
    inject: [ModulesContainer, JobEventBus, VIGIL_LOGGER],
    useFactory: (modules: ModulesContainer, bus: JobEventBus, logger: JobLogger) =>
      new EventListenerExplorer(modules, bus, logger),
  },
];
