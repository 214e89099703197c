import type { JobEventOfType, JobEventType } from '../core/job-event.js';
import { VigilError } from '../core/vigil.error.js';

/** The same in every copy of the package. */
const KEY = Symbol.for('nestjs-vigil:on-job-event');

export interface EventListenerDeclaration {
  readonly method: string | symbol;
  readonly types: readonly JobEventType[];
}

/**
 * Calls a provider's method for events of jobs in this process. Best effort: what it throws is logged and hurts no job. On
 * request-scoped providers it is not called, and boot says so.
 *
 * @example
 * class PagerService {
 *   @OnJobEvent('job.buried')
 *   page(event: JobEventOfType<'job.buried'>): void {
 *     process.stderr.write(`${event.name} ${event.id} was buried: ${event.reason}\n`);
 *   }
 * }
 * @publicApi
 */
export function OnJobEvent<const T extends readonly [JobEventType, ...JobEventType[]]>(...types: T) {
  return (
    target: object,
    method: string | symbol,
    _descriptor: { readonly value?: (event: JobEventOfType<T[number]>) => unknown },
  ): void => {
    if (typeof target === 'function') {
      throw new VigilError(
        'LISTENER_INVALID',
        `@OnJobEvent on the static method ${target.name}.${String(method)}: listeners are methods of an instance.`,
      );
    }
    const own = ownListeners(target) ?? [];
    Object.defineProperty(target, KEY, { value: [...own, { method, types }], configurable: true });
  };
}

/** The listeners of a class, inherited ones included; of a method that is declared again, the nearest declaration counts. */
export function eventListeners(type: { readonly prototype: object }): readonly EventListenerDeclaration[] {
  const found: EventListenerDeclaration[] = [];
  for (
    let at: object | null = type.prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    const declared = new Set(found.map(({ method }) => method));
    found.push(...(ownListeners(at) ?? []).filter(({ method }) => !declared.has(method)));
  }
  return found;
}

function ownListeners(prototype: object): readonly EventListenerDeclaration[] | undefined {
  return Object.getOwnPropertyDescriptor(prototype, KEY)?.value as readonly EventListenerDeclaration[] | undefined;
}
