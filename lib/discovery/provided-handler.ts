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

/** A class as a token, and the class that does its work. */
export interface AliasedClass {
  readonly token: ProvidedClass;
  readonly type: ProvidedClass;
}

/** Every class that by `useExisting` stands for another provider. */
export function* aliasedClasses(modules: ModulesContainer): Generator<AliasedClass> {
  for (const host of modules.values()) {
    for (const alias of host.providers.values() as Iterable<InstanceWrapper>) {
      if (!alias.isAlias || typeof alias.token !== 'function') continue;
      const type = classBehind(alias, host, modules);
      if (type) yield { token: alias.token as ProvidedClass, type };
    }
  }
}

/** Followed by its tokens, because an alias of what is request-scoped has no instance to ask. */
function classBehind(alias: InstanceWrapper, host: HostModule, modules: ModulesContainer): ProvidedClass | undefined {
  let wrapper: InstanceWrapper | undefined = alias;
  const passed = new Set<InstanceWrapper>();
  while (wrapper?.isAlias && !passed.has(wrapper)) {
    passed.add(wrapper);
    const token: unknown = wrapper.inject?.[0];
    const places: HostModule[] = [host, ...modules.values()];
    wrapper = places
      .map(({ providers }) => providers.get(token as string) as InstanceWrapper | undefined)
      .find(Boolean);
  }
  return wrapper && classOf(wrapper);
}

function classOf(wrapper: InstanceWrapper): ProvidedClass | undefined {
  const isMadeByClass = wrapper.metatype && !wrapper.inject;
  const type: unknown = isMadeByClass ? wrapper.metatype : (constructorOf(wrapper.instance) ?? wrapper.token);
  return typeof type === 'function' && typeof type.prototype === 'object' && type !== Object
    ? (type as ProvidedClass)
    : undefined;
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
