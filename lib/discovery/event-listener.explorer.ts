import type { ModulesContainer } from '@nestjs/core';
import type { JobEventBus } from '../core/job-event-bus.js';
import type { JobLogger } from '../core/job-logger.js';
import { eventListeners } from '../decorators/on-job-event.decorator.js';
import { providedHandlers, type ProvidedHandler } from './provided-handler.js';

type Methods = Record<string | symbol, (event: unknown) => unknown>;

/** Subscribes every method with `@OnJobEvent`, each once however many names its instance has. */
export class EventListenerExplorer {
  private readonly subscribed = new WeakSet<object>();

  constructor(
    private readonly modules: ModulesContainer,
    private readonly bus: JobEventBus,
    private readonly logger: JobLogger,
  ) {}

  explore(): void {
    for (const handler of providedHandlers(this.modules)) this.subscribe(handler);
  }

  private subscribe({ type, wrapper, isStatic }: ProvidedHandler): void {
    const listeners = eventListeners(type);
    if (listeners.length === 0) return;
    if (!isStatic) {
      const methods = listeners.map(({ method }) => String(method)).join(', ');
      this.logger.warn(
        `${type.name} is request-scoped or transient, so its @OnJobEvent methods (${methods}) are never called. Move them to a provider of the default scope.`,
      );
      return;
    }
    const instance = wrapper.instance as Methods | undefined;
    if (typeof instance !== 'object' || instance === null || this.subscribed.has(instance)) return;
    this.subscribed.add(instance);
    for (const { method, types } of listeners) {
      for (const name of types) this.bus.on(name, (event) => instance[method]?.(event));
    }
  }
}
