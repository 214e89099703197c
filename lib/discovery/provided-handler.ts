import type { DiscoveryService, ModulesContainer } from '@nestjs/core';

/** Nest's record of a provider or controller; the class itself is not exported. */
export type InstanceWrapper = ReturnType<DiscoveryService['getProviders']>[number];
export type HostModule = ModulesContainer extends Map<string, infer M> ? M : never;
export type ProvidedClass = abstract new (...args: never[]) => object;

/** A class that dependency injection makes instances of, and where. */
export interface ProvidedHandler {
  readonly type: ProvidedClass;
  readonly wrapper: InstanceWrapper;
  readonly host: HostModule;
  /** One instance for all; otherwise each attempt gets a fresh one. */
  readonly isStatic: boolean;
}

/** Every provider and controller of every module whose class can be told, aliases left out. */
export function* providedHandlers(modules: ModulesContainer): Generator<ProvidedHandler> {
  for (const host of modules.values()) {
    for (const wrapper of [...host.providers.values(), ...host.controllers.values()] as InstanceWrapper[]) {
      if (wrapper.isAlias) continue;
      const type = classOf(wrapper);
      if (type) yield { type, wrapper, host, isStatic: wrapper.isDependencyTreeStatic() && !wrapper.isTransient };
    }
  }
}

function classOf(wrapper: InstanceWrapper): ProvidedClass | undefined {
  const isMadeByClass = wrapper.metatype && !wrapper.inject;
  const type: unknown = isMadeByClass ? wrapper.metatype : (constructorOf(wrapper.instance) ?? wrapper.token);
  return typeof type === 'function' && typeof type.prototype === 'object' && type !== Object ? (type as ProvidedClass) : undefined;
}

/** Of what a factory or a value gave; absent in preview mode, and for a factory that has to be asked in each request. */
function constructorOf(instance: unknown): unknown {
  if (typeof instance !== 'object' || instance === null) return undefined;
  try {
    return instance.constructor;
  } catch {
    // Some proxies throw on whatever they do not know; such a thing is no service with jobs.
    return undefined;
  }
}
