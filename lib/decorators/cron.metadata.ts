import { VigilError } from '../core/vigil.error.js';
import type { CronOptions } from './cron.options.js';
import { RESERVED } from './job.metadata.js';

/** Anything with the instant of a date, such as one of luxon's. */
export interface DateLike {
  toMillis(): number;
}

/** What one `@Cron` said, unchecked. */
export interface CronDeclaration {
  readonly expression: string | Date | DateLike;
  readonly options: CronOptions;
}

/** A declaration as it holds for one class, which may have inherited it. */
export interface DeclaredCron extends CronDeclaration {
  readonly method: string;
  /** `Class.method`. */
  readonly place: string;
}

interface ClassLike {
  readonly name: string;
  readonly prototype: object;
}

/** The same in every copy of the package. */
const KEY = Symbol.for('nestjs-vigil:cron');

type Declarations = Map<string, CronDeclaration>;

/** Kept on the prototype, as `@Job` is, and not where `@nestjs/schedule` would find it and fire it a second time. */
export function declareCron(prototype: object, method: string | symbol, declaration: CronDeclaration): void {
  const { name } = prototype.constructor;
  const place = `${name}.${String(method)}`;
  if (typeof prototype === 'function')
    refuse(
      `on the static method ${prototype.name}.${String(method)}: entries run on instances. Make it a method of the instance.`,
    );
  if (typeof method === 'symbol') refuse(`on ${place}: a method named by a symbol has no name. Name it by a string.`);
  if (RESERVED.has(method))
    refuse(`on ${place}: Nest, promises or JSON call ${method} by themselves. Give the method another name.`);
  const declarations = ownDeclarations(prototype) ?? new Map<string, CronDeclaration>();
  if (declarations.has(method))
    refuse(`stands twice on ${place}. Remove one of them; an expression can name several times.`);
  Object.defineProperty(prototype, KEY, { value: declarations.set(method, declaration), configurable: true });
}

/** Every entry of a class, inherited ones included, unless a subclass has overridden the method. */
export function cronsOfClass(type: ClassLike): readonly DeclaredCron[] {
  const found = new Map<string, DeclaredCron>();
  const overridden = new Set<string>();
  for (
    let at: object | null = type.prototype;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [method, declaration] of ownDeclarations(at) ?? []) {
      if (found.has(method) || overridden.has(method)) continue;
      found.set(method, { ...declaration, method, place: `${type.name}.${method}` });
    }
    for (const name of Object.getOwnPropertyNames(at)) overridden.add(name);
  }
  return [...found.values()];
}

function ownDeclarations(prototype: object): Declarations | undefined {
  return Object.getOwnPropertyDescriptor(prototype, KEY)?.value as Declarations | undefined;
}

function refuse(problem: string): never {
  throw new VigilError('CRON_INVALID', `@Cron ${problem}`);
}
