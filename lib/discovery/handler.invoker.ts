import { ContextIdFactory, ModuleRef, type ApplicationConfig } from '@nestjs/core';
import type { CronRun } from '../core/cron-run.js';
import type { JobContext } from '../core/job-context.js';
import type { JobInvoker } from '../core/job-registry.js';
import { HandlerEnhancers, type EnhancerSettings } from './handler-enhancers.js';
import type { ProvidedHandler } from './provided-handler.js';

type Methods = Record<string, (...args: unknown[]) => Promise<unknown>>;
type Call = (context: JobContext, args: readonly unknown[]) => Promise<unknown>;

/** Runs the method of a cron entry once. */
export type RunInvoker = (run: CronRun) => Promise<unknown>;

/** Makes the function that runs a handler once. A handler with nothing around it costs one call. */
export async function createInvoker(
  handler: ProvidedHandler,
  method: string,
  settings: EnhancerSettings,
  applicationConfig: ApplicationConfig,
): Promise<JobInvoker> {
  const call = await createCall(handler, method, settings, applicationConfig);
  return (payload, context) => call(context, [payload, context]);
}

/** The same for a cron entry, whose method takes its run alone. */
export async function createRunInvoker(
  handler: ProvidedHandler,
  method: string,
  settings: EnhancerSettings,
  applicationConfig: ApplicationConfig,
): Promise<RunInvoker> {
  const call = await createCall(handler, method, settings, applicationConfig);
  return (run) => call(run, [run]);
}

async function createCall(
  handler: ProvidedHandler,
  method: string,
  settings: EnhancerSettings,
  applicationConfig: ApplicationConfig,
): Promise<Call> {
  const enhancers = new HandlerEnhancers(handler, method, settings, applicationConfig);
  const enhanced = enhancers.needed ? enhancers : undefined;
  await enhanced?.prepare();
  return handler.isStatic ? onOneInstance(handler, method, enhanced) : onFreshInstances(handler, method, enhanced);
}

function onOneInstance({ wrapper }: ProvidedHandler, method: string, enhanced: HandlerEnhancers | undefined): Call {
  const instance = wrapper.instance as Methods;
  const wrapped = enhanced?.wrap(instance);
  if (wrapped) return (_context, args) => wrapped(...args);
  // Looked up in each call, so that a spy put on the instance later is called as well.
  return (_context, args) => instance[method](...args);
}

/** Whoever injects REQUEST into such a provider gets the job's context. */
function onFreshInstances(handler: ProvidedHandler, method: string, enhanced: HandlerEnhancers | undefined): Call {
  return async (context, args) => {
    const contextId = ContextIdFactory.create();
    const moduleRef = handler.host.providers.get(ModuleRef)?.instance as ModuleRef;
    moduleRef.registerRequestByContextId(context, contextId);
    const instance = await moduleRef.resolve<Methods>(handler.wrapper.token as never, contextId, { strict: true });
    return enhanced ? enhanced.wrap(instance, contextId)(...args) : instance[method](...args);
  };
}
