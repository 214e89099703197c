import { Inject } from '@nestjs/common';
import { VigilError } from '../core/vigil.error.js';

/** A class with jobs; a function that returns it, where two files import each other. */
export type JobsTarget = JobsClass | (() => JobsClass);
export type JobsClass = abstract new (...args: never[]) => object;

interface Requested {
  /** By class; two uses of one class share a provider. */
  readonly tokens: WeakMap<JobsClass, symbol>;
  readonly targets: Map<symbol, JobsTarget>;
}

/** On the global object, so that both copies of the package see what either was asked for. */
const REQUESTED = Symbol.for('nestjs-vigil:requested-jobs');

/**
 * Injects the jobs of a class as plain functions that enqueue: `JobsOf<S>`. Needs no registration; where two files import each
 * other, write `@InjectJobs(() => S)`.
 *
 * @throws VigilError `JOBS_TARGET_INVALID` when the class is undefined, as it is in a circular import
 * @example
 * class OrdersService {
 *   constructor(@InjectJobs(PaymentService) private readonly payments: JobsOf<PaymentService>) {}
 * }
 * @publicApi
 */
export function InjectJobs(target: JobsTarget): PropertyDecorator & ParameterDecorator {
  return (owner: object, property: string | symbol | undefined, index?: number): void => {
    if (typeof target !== 'function') {
      const place = typeof owner === 'function' ? owner.name : owner.constructor.name;
      throw new VigilError(
        'JOBS_TARGET_INVALID',
        `@InjectJobs(${String(target)}) in ${place}: a class is expected. Where two files import each other the class is not there yet; write @InjectJobs(() => TheClass).`,
      );
    }
    const token = isThunk(target) ? request(target) : jobsToken(target);
    Inject(token)(owner, property as string | symbol, index as number);
  };
}

/**
 * The token under which the jobs of a class are provided, for a test that puts something else in their place.
 *
 * @example
 * const providers = [{ provide: jobsToken(PaymentService), useValue: { charge: jest.fn() } }];
 * @publicApi
 */
export function jobsToken(target: JobsClass): symbol {
  const { tokens, targets } = requested();
  const token = tokens.get(target) ?? Symbol(`JobsOf<${target.name}>`);
  tokens.set(target, token);
  targets.set(token, target);
  return token;
}

/** Every token that was asked for so far. */
export function requestedJobs(): ReadonlyMap<symbol, JobsTarget> {
  return requested().targets;
}

export function isThunk(target: JobsTarget): target is () => JobsClass {
  return target.prototype === undefined;
}

function request(target: JobsTarget): symbol {
  const token = Symbol('JobsOf<() => …>');
  requested().targets.set(token, target);
  return token;
}

function requested(): Requested {
  const holder = globalThis as { [REQUESTED]?: Requested };
  return (holder[REQUESTED] ??= { tokens: new WeakMap(), targets: new Map() });
}
