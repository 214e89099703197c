import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { isPreparedSchema } from '../core/class-validator-schema.js';
import type { JobDefinition } from '../core/job-definition.js';
import type { JobDirectory } from '../core/job-directory.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobPolicyOptions } from '../core/job-policy.js';
import type { JobRegistry } from '../core/job-registry.js';
import { describeRetryBudget } from '../core/retry-budget.js';
import { VigilError } from '../core/vigil.error.js';
import { jobsOfClass, type DeclaredJobOf } from '../decorators/declared-contract.js';
import { buildCompensation } from './compensation.builder.js';
import { buildDefinition } from './definition.builder.js';
import { createInvoker } from './handler.invoker.js';
import type { EnhancerSettings } from './handler-enhancers.js';
import { inJobScope } from './job-scope.js';
import { aliasedClasses, providedHandlers, type ProvidedClass, type ProvidedHandler } from './provided-handler.js';

export interface ExplorerParts {
  readonly modules: ModulesContainer;
  readonly applicationConfig: ApplicationConfig;
  readonly registry: JobRegistry;
  readonly directory: JobDirectory;
  readonly defaults: JobPolicyOptions;
  readonly enhancers: EnhancerSettings;
  /** Handlers run in a scope in which `currentJob` finds their job. */
  readonly asyncContext: boolean;
  readonly logger: JobLogger;
}

/** Finds every declared job of the application, checks it, and registers what runs it. */
export class JobExplorer {
  /** What was found so far, by class: to tell one instance with two names from two instances. */
  private readonly found = new Map<ProvidedClass, ProvidedHandler>();

  constructor(private readonly parts: ExplorerParts) {}

  /** @throws VigilError `JOB_NAME_DUPLICATE`, `JOB_OPTIONS_INVALID`, `SCHEMA_PACKAGE_MISSING` */
  async explore(): Promise<void> {
    const { modules, directory } = this.parts;
    for (const handler of providedHandlers(modules)) await this.take(handler);
    for (const { token, type } of aliasedClasses(modules))
      if (jobsOfClass(type).length > 0) directory.bind(token, type);
  }

  private async take(handler: ProvidedHandler): Promise<void> {
    const { type, wrapper } = handler;
    const jobs = jobsOfClass(type);
    if (jobs.length === 0) return;
    if (typeof wrapper.token === 'function') this.parts.directory.bind(wrapper.token as ProvidedClass, type);
    // In preview mode nothing is instantiated, and nothing will ever run.
    if (handler.isStatic && !isInstance(wrapper.instance)) return;
    const before = this.found.get(type);
    if (before && isSame(before, handler)) return;
    if (before) throw providedTwice(jobs[0], before, handler);
    this.found.set(type, handler);
    for (const job of jobs) await this.register(job, handler);
  }

  private async register(job: DeclaredJobOf, handler: ProvidedHandler): Promise<void> {
    const { defaults, logger } = this.parts;
    if (job.overriddenBy !== undefined) {
      logger.warn(
        `${job.overriddenBy}.${job.method} overrides the job ${job.declaredOn}.${job.method} without @Job, so it is no job. Put @Job on it as well, or give it another name.`,
      );
      return;
    }
    const definition = buildDefinition(job, defaults);
    if (definition.schema && isPreparedSchema(definition.schema)) await definition.schema.prepare();
    const compensation = buildCompensation(job, definition, handler.type, defaults);
    await this.add(definition, job.method, handler);
    if (compensation) await this.add(compensation.definition, compensation.method, handler);
  }

  private async add(definition: JobDefinition, method: string, handler: ProvidedHandler): Promise<void> {
    const { registry, enhancers, applicationConfig, asyncContext, logger } = this.parts;
    const invoke = await createInvoker(handler, method, enhancers, applicationConfig);
    registry.register({ definition, invoke: asyncContext ? inJobScope(invoke) : invoke });
    const { name, queue, policy, declaredBy } = definition;
    const named = name === declaredBy ? name : `${name} (${declaredBy})`;
    logger.log(`job ${named} on queue ${queue}: ${describeRetryBudget(policy)}; timeout ${policy.timeoutMs / 1000} s`);
  }
}

function isInstance(instance: unknown): boolean {
  return typeof instance === 'object' && instance !== null;
}

function isSame(a: ProvidedHandler, b: ProvidedHandler): boolean {
  return a.isStatic && b.isStatic && a.wrapper.instance === b.wrapper.instance;
}

function providedTwice({ place }: DeclaredJobOf, first: ProvidedHandler, second: ProvidedHandler): VigilError {
  const where = [first, second].map(({ host }) => host.name);
  const places = where[0] === where[1] ? `twice in ${where[0]}` : `in ${where.join(' and in ')}`;
  return new VigilError(
    'JOB_NAME_DUPLICATE',
    `The job ${place} has two handlers: ${first.type.name} is provided ${places}. Provide it in one module, export it there and import that module where it is needed.`,
  );
}
