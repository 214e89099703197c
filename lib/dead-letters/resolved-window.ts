import type { JobRegistry } from '../core/job-registry.js';

/** Where no definition says how long a job answers for its key after its end. */
const DEFAULT_WINDOW_MS = 86_400_000;

/** For how long a job of the type answers for its key once it is resolved. */
export function resolvedWindow(registry: JobRegistry, type: string): number {
  return registry.get(type)?.definition.policy.idempotencyWindowMs ?? DEFAULT_WINDOW_MS;
}
