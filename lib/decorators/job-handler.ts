import type { JobContext } from '../core/job-context.js';
import type { Json } from '../core/json.js';

/** A method that can be a job: asynchronous, the payload first, then the context. Fewer parameters are fine. */
export type Handler = (payload: never, ctx: JobContext) => Promise<unknown>;

export type HandlerArguments<F> = F extends (...args: infer A) => unknown ? A : never;

/** What a handler takes: `void` without a payload, `P | void` where it is optional. */
export type HandlerPayload<F> = F extends (...args: infer A) => unknown
  ? A extends []
    ? void
    : A extends [infer P, ...unknown[]]
      ? P
      : A extends [(infer P)?, ...unknown[]]
        ? P | void
        : void
  : never;

/**
 * The methods of `S` that can be jobs, by their shape: asynchronous, with at most a payload and a context.
 *
 * @example
 * type Names = JobKeys<{ charge(order: ChargeOrder): Promise<void>; total(): number }>; // 'charge'
 * @publicApi
 */
export type JobKeys<S> = { [K in keyof S]-?: S[K] extends Handler ? K : never }[keyof S] & string;

/**
 * What the job `K` of `S` takes.
 *
 * @example
 * type Payload = PayloadOf<{ charge(order: ChargeOrder): Promise<void> }, 'charge'>; // ChargeOrder
 * @publicApi
 */
export type PayloadOf<S, K extends keyof S> = HandlerPayload<S[K]>;

/**
 * What the job `K` of `S` gives, as it comes back from the store.
 *
 * @example
 * type Result = ResultOf<{ charge(order: ChargeOrder): Promise<Receipt> }, 'charge'>; // Receipt
 * @publicApi
 */
export type ResultOf<S, K extends keyof S> = S[K] extends (...args: never[]) => infer R ? Json<Awaited<R>> : never;
