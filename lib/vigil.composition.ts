import type { DynamicModule, ModuleMetadata, Provider, Type } from '@nestjs/common';
import { SchedulerRegistry } from '@nestjs/schedule';
import { ContractResolver } from './client/contract.resolver.js';
import { JobSender } from './client/job-sender.js';
import { makeJobsOf } from './client/jobs-of.js';
import { VigilError } from './core/vigil.error.js';
import { isThunk, jobsToken, requestedJobs, type JobsTarget } from './decorators/inject-jobs.decorator.js';
import { adminParts } from './vigil.admin.js';
import { aliasesOfCopies } from './vigil.copies.js';
import { VigilHooksModule } from './vigil-hooks.module.js';
import type { VigilAsyncOptions, VigilModuleExtras, VigilOptionsFactory } from './vigil.options.js';
import { INJECTABLES, vigilProviders } from './vigil.providers.js';
import { VIGIL_OPTIONS } from './vigil.tokens.js';

export interface ModuleParts extends VigilModuleExtras, Pick<ModuleMetadata, 'imports'> {
  readonly options: readonly Provider[];
  /** Beside the usual ones, or instead of those with the same token. */
  readonly providers?: readonly Provider[];
  readonly exports?: readonly Type[];
}

/**
 * The providers are read when Nest scans the module, not here: by then every file has been loaded, so every `@InjectJobs` is
 * known, wherever it stands and in whatever order the files import each other.
 */
export function vigilModule(module: Type, parts: ModuleParts): DynamicModule {
  const { isGlobal = false, imports = [], options, providers = [], exports = [] } = parts;
  const admin = adminParts(parts.admin);
  return {
    module,
    global: isGlobal,
    imports: [...imports, ...admin.imports, VigilHooksModule],
    controllers: admin.controllers,
    get providers() {
      return [
        ...[...options, ...vigilProviders(), ...providers, ...admin.providers],
        ...[...jobsProviders(), ...aliasesOfCopies(INJECTABLES)],
      ];
    },
    get exports() {
      const named = [...jobsProviders(), ...aliasesOfCopies(INJECTABLES)].map(({ provide }) => provide);
      return [...INJECTABLES, SchedulerRegistry, ...exports, ...named];
    },
  };
}

/** @throws VigilError `VIGIL_OPTIONS_INVALID` unless exactly one way to make the options is given */
export function optionProviders({
  useFactory,
  inject = [],
  useClass,
  useExisting,
}: Omit<VigilAsyncOptions, 'isGlobal' | 'admin' | 'imports'>): Provider[] {
  const ways = [useFactory, useClass, useExisting].filter((way) => way !== undefined);
  if (ways.length !== 1) {
    throw new VigilError(
      'VIGIL_OPTIONS_INVALID',
      `VigilModule.forRootAsync: ${ways.length} ways to make the options are given. Give one of useFactory, useClass and useExisting.`,
    );
  }
  if (useFactory) return [{ provide: VIGIL_OPTIONS, useFactory, inject }];
  const fromFactory: Provider = {
    provide: VIGIL_OPTIONS,
    useFactory: madeBy,
    inject: [(useClass ?? useExisting) as Type<VigilOptionsFactory>],
  };
  return useClass ? [useClass, fromFactory] : [fromFactory];
}

function madeBy(factory: Partial<VigilOptionsFactory>): ReturnType<VigilOptionsFactory['createVigilOptions']> {
  if (typeof factory.createVigilOptions === 'function') return factory.createVigilOptions();
  throw new VigilError(
    'VIGIL_OPTIONS_INVALID',
    `VigilModule.forRootAsync: ${factory.constructor.name} has no method createVigilOptions(). Give it one that returns the options.`,
  );
}

interface JobsProvider {
  readonly provide: symbol;
}

function jobsProviders(): (Provider & JobsProvider)[] {
  // Looking behind a function asks for the jobs of its class, so that a test can replace both by one token.
  const aliases = [...requestedJobs()].flatMap(([provide, target]) =>
    isThunk(target) ? [{ provide, useExisting: jobsToken(classBehind(target)) }] : [],
  );
  const direct = [...requestedJobs()].flatMap(([provide, target]) =>
    isThunk(target)
      ? []
      : [
          {
            provide,
            inject: [ContractResolver, JobSender],
            useFactory: (resolver: ContractResolver, sender: JobSender) => makeJobsOf(target, resolver, sender),
          },
        ],
  );
  return [...direct, ...aliases];
}

function classBehind(target: Extract<JobsTarget, () => unknown>): ReturnType<typeof target> {
  const type = target();
  if (typeof type === 'function') return type;
  throw new VigilError(
    'JOBS_TARGET_INVALID',
    `@InjectJobs(${String(target)}): the function returns ${String(type)}. It must return a class once all files are loaded.`,
  );
}
