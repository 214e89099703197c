import type { JobContext } from '../core/job-context.js';
import type { JobContract } from '../core/job-contract.js';
import type { SchemaInput, SchemaOutput } from '../core/define-job.js';
import type { OnDeadMethod } from '../core/on-dead.js';
import { declareJob } from './job.metadata.js';
import type { RawJobOptions, WorkerPolicy } from './job.options.js';
import type { Handler, HandlerArguments, HandlerPayload } from './job-handler.js';

/** What a problem in a declaration looks like to the compiler: a second argument that nobody can give. */
interface Problem<Text extends string> {
  readonly problem: Text;
}

/** What the payload must have for the key option to be found in it. As a bound, so that it holds in generic base classes, too. */
type Keyed<O> = O extends { readonly idempotencyKey: infer K }
  ? K extends string
    ? string extends K
      ? unknown
      : HasPath<K> | undefined
    : K extends (payload: infer P) => unknown
      ? P
      : unknown
  : unknown;

/** Fields may be optional; one that is not there at all is found out, because then nothing is in common. */
type HasPath<K extends string> = K extends `${infer Head}.${infer Rest}`
  ? { readonly [X in Head]?: HasPath<Rest> }
  : { readonly [X in K]?: string | number };

type KeyNeedsPayload<O, F> = O extends { readonly idempotencyKey: unknown }
  ? HandlerArguments<F> extends []
    ? Problem<'there is no payload to take an idempotencyKey from'>
    : unknown
  : unknown;

type Parsed<O> = O extends { readonly schema: infer S } ? SchemaOutput<S> : never;

type Sent<O, F> = O extends { readonly schema: infer S } ? SchemaInput<S> : HandlerPayload<F>;

/** The class as `onDead` needs it: with the public method that it names, which can take what died. */
type Compensating<O, P> = [O] extends [never]
  ? object
  : O extends { readonly onDead: infer D }
    ? D extends { readonly method: infer M extends string }
      ? WithMethod<M, P>
      : WithMethod<D & string, P>
    : object;

type WithMethod<M extends string, P> = string extends M ? object : { readonly [K in M]: OnDeadMethod<P> };

type OnlyKnown<O> = { readonly [K in Exclude<keyof O, keyof RawJobOptions>]: never };

/** Only what can be read of a descriptor: the built-in type can be written to as well, and so refuses methods with fewer parameters. */
interface Method<P> {
  readonly value?: (payload: P, ctx: JobContext) => Promise<unknown>;
}

type ContractHandler<O, R> = (payload: O, ctx: JobContext) => [R] extends [void] ? Promise<unknown> : Promise<R>;

/**
 * Makes a method the handler of a job. It is found wherever its class is provided; called directly it is still just a method.
 *
 * With a contract, the method must take what the contract's schema gives and return what it promises.
 *
 * @throws VigilError `JOB_INVALID` on a static method, a symbol's method, or where it stands twice; the options themselves are
 * checked at boot, with `JOB_OPTIONS_INVALID`
 * @example
 * class BillingService {
 *   constructor(private readonly payments: PaymentService) {}
 *
 *   @Job({ idempotencyKey: 'orderId', maxRetries: 5, timeout: '30s' })
 *   async charge(order: ChargeOrder, ctx: JobContext): Promise<Receipt> {
 *     const payment = await ctx.step('charge-card', (step) => this.payments.charge(order, { idempotencyKey: step.idempotencyKey }));
 *     return { payment };
 *   }
 * }
 * @publicApi
 */
export function Job<I, O, R, const W extends WorkerPolicy>(
  contract: JobContract<I, O, R>,
  policy?: W,
): <F extends ContractHandler<O, R>>(
  target: Compensating<W, I>,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<F>,
) => void;
export function Job<const O extends RawJobOptions>(
  options?: O & OnlyKnown<O>,
): <F extends Handler, P extends Keyed<O>>(
  target: Compensating<O, Sent<O, F>>,
  method: string | symbol,
  descriptor: TypedPropertyDescriptor<F> & Method<P> & Method<Parsed<O>> & KeyNeedsPayload<O, F>,
) => void;
export function Job(first: JobContract<unknown> | RawJobOptions = {}, policy: RawJobOptions = {}) {
  return (target: object, method: string | symbol): void =>
    declareJob(target, method, isContract(first) ? { contract: first, options: policy } : { options: first });
}

function isContract(first: JobContract<unknown> | RawJobOptions): first is JobContract<unknown> {
  return (first as { kind?: unknown }).kind === 'nestjs-vigil:contract';
}
