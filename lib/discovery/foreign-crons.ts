import type { ModulesContainer } from '@nestjs/core';
import { providedHandlers } from './provided-handler.js';

/** Where `@nestjs/schedule` writes down what its own decorator said; its class that reads it is not exported. */
const OPTIONS = 'SCHEDULE_CRON_OPTIONS';

/** The named entries of `@nestjs/schedule`'s own decorator, and the `Class.method` of each. */
export function foreignCrons(modules: ModulesContainer): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const { type, isStatic } of providedHandlers(modules)) {
    // It runs nothing of others.
    if (!isStatic) continue;
    for (const [method, name] of namedCrons(type.prototype as object)) found.set(name, `${type.name}.${method}`);
  }
  return found;
}

function* namedCrons(prototype: object): Generator<[method: string, name: string]> {
  const seen = new Set<string>();
  for (
    let at: object | null = prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [method, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (seen.has(method) || typeof value !== 'function') continue;
      seen.add(method);
      const options = Reflect.getMetadata(OPTIONS, value as object) as { name?: unknown } | undefined;
      if (typeof options?.name === 'string') yield [method, options.name];
    }
  }
}
