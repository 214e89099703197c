import type { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import type { JobPolicyOptions } from '../core/job-policy.js';
import { VigilError } from '../core/vigil.error.js';
import { cronsOfClass, type DeclaredCron } from '../decorators/cron.metadata.js';
import { jobsOfClass } from '../decorators/declared-contract.js';
import { buildCron, type BuiltCron } from './cron.builder.js';
import type { EnhancerSettings } from './handler-enhancers.js';
import { createRunInvoker, type RunInvoker } from './handler.invoker.js';
import { inRunScope } from './job-scope.js';
import { providedHandlers, type ProvidedClass, type ProvidedHandler } from './provided-handler.js';

export interface CronExplorerParts {
  readonly modules: ModulesContainer;
  readonly applicationConfig: ApplicationConfig;
  readonly defaults: JobPolicyOptions;
  readonly enhancers: EnhancerSettings;
  readonly asyncContext: boolean;
  /** Takes the entry in. */
  readonly take: (built: BuiltCron, invoke: RunInvoker) => void;
}

/** Finds every declared cron entry of the application, checks it, and registers what runs it. */
export class CronExplorer {
  private readonly found = new Map<ProvidedClass, ProvidedHandler>();

  constructor(private readonly parts: CronExplorerParts) {}

  /** @throws VigilError `CRON_NAME_DUPLICATE`, `CRON_OPTIONS_INVALID`, `CRON_EXPRESSION_INVALID`, and the codes of locks */
  async explore(): Promise<void> {
    for (const handler of providedHandlers(this.parts.modules)) await this.takeAll(handler);
  }

  private async takeAll(handler: ProvidedHandler): Promise<void> {
    const { type, wrapper } = handler;
    const entries = cronsOfClass(type);
    if (entries.length === 0) return;
    // In preview mode nothing is instantiated, and nothing will ever run.
    const instance: unknown = wrapper.instance;
    if (handler.isStatic && (typeof instance !== 'object' || instance === null)) return;
    const before = this.found.get(type);
    if (before?.isStatic && handler.isStatic && before.wrapper.instance === instance) return;
    if (before) throw providedTwice(entries[0], before, handler);
    this.found.set(type, handler);
    for (const entry of entries) await this.take(entry, handler);
  }

  private async take(declared: DeclaredCron, handler: ProvidedHandler): Promise<void> {
    const { applicationConfig, defaults, enhancers, asyncContext, take } = this.parts;
    refuseJob(declared, handler.type);
    const built = buildCron(declared, defaults);
    const invokeRun = await createRunInvoker(handler, declared.method, enhancers, applicationConfig);
    take(built, asyncContext ? inRunScope(invokeRun) : invokeRun);
  }
}

function refuseJob({ place, method }: DeclaredCron, type: ProvidedClass): void {
  if (!jobsOfClass(type).some((job) => job.method === method && job.overriddenBy === undefined)) return;
  throw new VigilError(
    'CRON_INVALID',
    `@Cron and @Job stand both on ${place}. Put @Cron on a method of its own, which enqueues the job.`,
  );
}

function providedTwice({ place }: DeclaredCron, first: ProvidedHandler, second: ProvidedHandler): VigilError {
  const where = [first, second].map(({ host }) => host.name).join(' and in ');
  return new VigilError(
    'CRON_NAME_DUPLICATE',
    `The cron entry ${place} has two handlers: ${first.type.name} is provided in ${where}. Provide it in one module, export it there and import that module where it is needed.`,
  );
}
