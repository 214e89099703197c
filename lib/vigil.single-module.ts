import type { ModulesContainer } from '@nestjs/core';
import { VigilError } from './core/vigil.error.js';
import { setDistance } from './vigil-hooks.module.js';
import { VIGIL_OPTIONS } from './vigil.tokens.js';

/** As far as Nest puts global modules: initialised before and closed after everybody who enqueues. */
const FARTHEST = Number.MAX_VALUE;

/**
 * Two modules would be two workers and two stores, and half of the jobs would never be found.
 * @throws VigilError `VIGIL_MODULE_TWICE`
 */
export function refuseSecondModule(modules: ModulesContainer): void {
  const found = [...modules.values()].filter((module) => module.providers.has(VIGIL_OPTIONS));
  if (found.length > 1) {
    const names = found.map(({ name }) => name).join(' and ');
    throw new VigilError(
      'VIGIL_MODULE_TWICE',
      `nestjs-vigil is configured ${found.length} times in one application (${names}). Call forRoot once, with isGlobal: true if several modules need it.`,
    );
  }
  for (const { metatype } of found) setDistance(modules, metatype, FARTHEST);
}
