import { ContextIdFactory, ModuleRef, type ApplicationConfig } from '@nestjs/core';
import type { JobContext } from '../core/job-context.js';
import type { JobInvoker } from '../core/job-registry.js';
import { HandlerEnhancers, type EnhancerSettings } from './handler-enhancers.js';
import type { ProvidedHandler } from './provided-handler.js';

type Methods = Record<string, (payload: unknown, context: JobContext) => Promise<unknown>>;

/** Makes the function that runs a handler once. A handler with nothing around it costs one call. */
export async function createInvoker(
  handler: ProvidedHandler,
  method: string,
  settings: EnhancerSettings,
  applicationConfig: ApplicationConfig,
): Promise<JobInvoker> {
  const enhancers = new HandlerEnhancers(handler, method, settings, applicationConfig);
  const enhanced = enhancers.needed ? enhancers : undefined;
  await enhanced?.prepare();
  return handler.isStatic ? onOneInstance(handler, method, enhanced) : onFreshInstances(handler, method, enhanced);
}

function onOneInstance(
  { wrapper }: ProvidedHandler,
  method: string,
  enhanced: HandlerEnhancers | undefined,
): JobInvoker {
  const instance = wrapper.instance as Methods;
  if (enhanced) return enhanced.wrap(instance);
  // Looked up in each call, so that a spy put on the instance later is called as well.
  return (payload, context) => instance[method](payload, context);
}

/** Whoever injects REQUEST into such a provider gets the job's context. */
function onFreshInstances(
  handler: ProvidedHandler,
  method: string,
  enhanced: HandlerEnhancers | undefined,
): JobInvoker {
  return async (payload, context) => {
    const contextId = ContextIdFactory.create();
    const moduleRef = handler.host.providers.get(ModuleRef)?.instance as ModuleRef;
    moduleRef.registerRequestByContextId(context, contextId);
    const instance = await moduleRef.resolve<Methods>(handler.wrapper.token as never, contextId, { strict: true });
    return enhanced ? enhanced.wrap(instance, contextId)(payload, context) : instance[method](payload, context);
  };
}
