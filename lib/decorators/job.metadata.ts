import { JobContext } from '../core/job-context.js';
import type { JobContract } from '../core/job-contract.js';
import { VigilError } from '../core/vigil.error.js';
import type { RawJobOptions } from './job.options.js';

/** What one `@Job` said, unchecked. */
export interface JobDeclaration {
  readonly contract?: JobContract<unknown>;
  readonly options: RawJobOptions;
}

/** A declaration as it holds for one class, which may have inherited it. */
export interface DeclaredJob extends JobDeclaration {
  readonly method: string;
  /** The class on whose method the decorator stands. */
  readonly declaredOn: string;
  /** A subclass that overrides the method without decorating it again, so that it is no job there. */
  readonly overriddenBy?: string;
}

/** The same in every copy of the package. */
const KEY = Symbol.for('nestjs-vigil:job');
/** What Nest, promises and JSON call on whatever is injected. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...['constructor', 'then', 'toJSON', 'configure'],
  ...[
    'onModuleInit',
    'onApplicationBootstrap',
    'onModuleDestroy',
    'beforeApplicationShutdown',
    'onApplicationShutdown',
  ],
]);

type Declarations = Map<string, JobDeclaration>;

/**
 * Kept on the prototype by the method's name, not on the function: another decorator, above or below, may put a different
 * function in its place.
 */
export function declareJob(prototype: object, method: string | symbol, declaration: JobDeclaration): void {
  const place = `${nameOf(prototype)}.${String(method)}`;
  if (typeof prototype === 'function') {
    throw new VigilError(
      'JOB_INVALID',
      `@Job on the static method ${prototype.name}.${String(method)}: jobs run on instances. Make it a method of the instance.`,
    );
  }
  if (typeof method === 'symbol') {
    throw new VigilError(
      'JOB_INVALID',
      `@Job on ${place}: a method named by a symbol has no name to be enqueued by. Name it by a string.`,
    );
  }
  if (RESERVED.has(method)) {
    throw new VigilError(
      'JOB_INVALID',
      `@Job on ${place}: Nest, promises or JSON call ${method} by themselves, and each call would enqueue a job. Give the method another name.`,
    );
  }
  if (takesContextFirst(prototype, method)) {
    throw new VigilError(
      'JOB_INVALID',
      `@Job on ${place}: the payload comes first in a handler. Write ${method}(_: void, ctx: JobContext).`,
    );
  }
  const declarations = ownDeclarations(prototype) ?? new Map<string, JobDeclaration>();
  if (declarations.has(method)) {
    throw new VigilError('JOB_INVALID', `@Job stands twice on ${place}. Remove one of them.`);
  }
  Object.defineProperty(prototype, KEY, { value: declarations.set(method, declaration), configurable: true });
}

/** Every job of a class, inherited ones included; the nearest declaration of a method counts. */
export function declaredJobs(type: { readonly prototype: object }): readonly DeclaredJob[] {
  const found = new Map<string, DeclaredJob>();
  for (
    let at: object | null = type.prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [method, declaration] of ownDeclarations(at) ?? []) {
      if (found.has(method)) continue;
      const overriddenBy = overrider(type.prototype, at, method);
      found.set(method, {
        ...declaration,
        method,
        declaredOn: nameOf(at),
        ...(overriddenBy === undefined ? {} : { overriddenBy }),
      });
    }
  }
  return [...found.values()];
}

/** The class between a subclass and where the declaration stands that has a method of that name. */
function overrider(from: object, declaredOn: object, method: string): string | undefined {
  for (let at = from; at !== declaredOn; at = Object.getPrototypeOf(at) as object) {
    if (Object.hasOwn(at, method)) return nameOf(at);
  }
  return undefined;
}

/** As far as the compiler wrote the types down (`emitDecoratorMetadata`). */
function takesContextFirst(prototype: object, method: string): boolean {
  const { getMetadata } = Reflect as { getMetadata?: (key: string, target: object, property: string) => unknown };
  const types = getMetadata?.('design:paramtypes', prototype, method);
  const first: unknown = Array.isArray(types) ? types[0] : undefined;
  return first === JobContext || (typeof first === 'function' && first.prototype instanceof JobContext);
}

function ownDeclarations(prototype: object): Declarations | undefined {
  return Object.getOwnPropertyDescriptor(prototype, KEY)?.value as Declarations | undefined;
}

function nameOf(prototype: object): string {
  const { constructor } = prototype as { constructor?: { name?: unknown } };
  return typeof constructor?.name === 'string' ? constructor.name : '';
}
