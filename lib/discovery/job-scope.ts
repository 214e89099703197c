import { AsyncLocalStorage } from 'node:async_hooks';
import type { JobContext } from '../core/job-context.js';
import type { JobInvoker } from '../core/job-registry.js';
import type { RunInvoker } from './handler.invoker.js';

/** On the global object: a CommonJS and an ES copy of the package run each other's handlers. */
const SCOPES = Symbol.for('nestjs-vigil:scopes');

function scopes(): AsyncLocalStorage<JobContext> {
  const holder = globalThis as { [SCOPES]?: AsyncLocalStorage<JobContext> };
  return (holder[SCOPES] ??= new AsyncLocalStorage());
}

/**
 * The job in whose handler this code runs, however deep and whatever it awaited. Only with the option `asyncContext`.
 *
 * @example
 * function log(text: string): void {
 *   console.log(currentJob()?.id ?? '-', text);
 * }
 * @publicApi
 */
export function currentJob(): JobContext | undefined {
  return scopes().getStore();
}

export function inJobScope(invoke: JobInvoker): JobInvoker {
  const all = scopes();
  return (payload, context) => all.run(context, () => invoke(payload, context));
}

export function inRunScope(invoke: RunInvoker): RunInvoker {
  const all = scopes();
  return (run) => all.run(run, () => invoke(run));
}
