import { ApplicationConfig, ExternalContextCreator, ModuleRef, type ContextId, type NestContainer } from '@nestjs/core';
import type { HostModule, ProvidedHandler } from './provided-handler.js';

/** Which of Nest's enhancers run around handlers beside interceptors of their own. */
export interface EnhancerSettings {
  /** Those bound to the whole application (`APP_INTERCEPTOR`, `useGlobalInterceptors`, and guards and filters where these run). */
  readonly global: boolean;
  readonly guards: boolean;
  readonly filters: boolean;
}

export type BoundMethod = (...args: unknown[]) => Promise<unknown>;

const KEYS = { interceptors: '__interceptors__', guards: '__guards__', filters: '__exceptionFilters__' };
const HOST = 'host';
const CONTEXT_TYPE = 'job';

/**
 * Runs interceptors (and by opting in guards and filters) around a handler, as Nest runs them around a route.
 *
 * Nest's creator is given a container that holds nothing but the handler's module, and no global enhancers unless they are
 * wanted: guards and filters for HTTP would break jobs or swallow their errors.
 */
export class HandlerEnhancers {
  private creator: ExternalContextCreator | undefined;

  constructor(
    private readonly handler: ProvidedHandler,
    private readonly method: string,
    private readonly settings: EnhancerSettings,
    private readonly applicationConfig: ApplicationConfig,
  ) {}

  /** Without any, a handler is called directly. */
  get needed(): boolean {
    const { settings } = this;
    return (
      settings.global ||
      this.classes(KEYS.interceptors) ||
      (settings.guards && this.classes(KEYS.guards)) ||
      (settings.filters && this.classes(KEYS.filters))
    );
  }

  /** To be awaited before the first `wrap`. */
  async prepare(): Promise<void> {
    const { host } = this.handler;
    const module = {
      hasProvider: () => true,
      providers: new Map(),
      entryProviders: [],
      injectables: await this.injectables(host),
    };
    const container = {
      applicationConfig: this.settings.global ? this.applicationConfig : new ApplicationConfig(),
      getModules: () => new Map([[HOST, module]]),
    };
    this.creator = ExternalContextCreator.fromContainer(container as unknown as NestContainer);
  }

  wrap(instance: object, contextId?: ContextId): BoundMethod {
    const { creator, method, handler, settings } = this;
    if (!creator) throw new Error('prepare() has to be awaited first');
    const callback = (instance as Record<string, BoundMethod>)[method];
    const options = { guards: settings.guards, interceptors: true, filters: settings.filters };
    const wrapped = creator.create(
      instance,
      callback,
      method,
      undefined,
      undefined,
      contextId,
      handler.wrapper.id,
      options,
      CONTEXT_TYPE,
    );
    return wrapped as BoundMethod;
  }

  private classes(key: string): boolean {
    return this.bound(key).length > 0;
  }

  private bound(key: string): unknown[] {
    const { type } = this.handler;
    const callback = (type.prototype as Record<string, object | undefined>)[this.method];
    const ofClass = Reflect.getMetadata(key, type) as unknown[] | undefined;
    const ofMethod = callback && (Reflect.getMetadata(key, callback) as unknown[] | undefined);
    return [...(ofClass ?? []), ...(ofMethod ?? [])];
  }

  /** Nest makes instances of the enhancers of classes that it constructs; those of a factory's or value's class are made here. */
  private async injectables(host: HostModule): Promise<Map<unknown, unknown>> {
    const injectables = new Map<unknown, unknown>(host.injectables);
    const moduleRef = host.providers.get(ModuleRef)?.instance as ModuleRef;
    for (const enhancer of Object.values(KEYS).flatMap((key) => this.bound(key))) {
      if (typeof enhancer !== 'function' || injectables.has(enhancer)) continue;
      const instance: unknown = await moduleRef.create(enhancer as never);
      injectables.set(enhancer, { getInstanceByContextId: () => ({ instance, isConstructorCalled: true }) });
    }
    return injectables;
  }
}
