import { jobsOfClass } from '../decorators/declared-contract.js';
import { RESERVED } from '../decorators/job.metadata.js';
import type { JobKeys, PayloadOf, ResultOf } from '../decorators/job-handler.js';
import type { ContractResolver, JobsClass } from './contract.resolver.js';
import type { EnqueueOptions, EnqueueReceipt } from './enqueue.options.js';
import type { EnqueueArguments } from './job-arguments.js';
import type { JobSender } from './job-sender.js';

/**
 * The jobs of a service as functions that enqueue: what `@InjectJobs(S)` injects. A plain frozen object; `JobsOf<S, 'charge'>`
 * narrows it to some jobs. A method that is no job is refused with `NOT_A_JOB`.
 * Where two services have each other's jobs injected, keep the properties private: public ones would make the types circular.
 *
 * @example
 * async function place(billing: JobsOf<{ charge(order: ChargeOrder): Promise<Receipt> }>): Promise<string> {
 *   const { id } = await billing.charge(order, { priority: 'high' });
 *   return id;
 * }
 * @publicApi
 */
export type JobsOf<S, K extends JobKeys<S> = JobKeys<S>> = {
  readonly [M in K]: (...args: EnqueueArguments<PayloadOf<S, M>>) => Promise<EnqueueReceipt<ResultOf<S, M>>>;
};

type Enqueuer = (payload?: unknown, options?: EnqueueOptions) => Promise<EnqueueReceipt>;

/**
 * Every method becomes a function that enqueues or refuses; which of both is decided when it is called, because only then it is
 * known which class does the jobs. Only jobs can be enumerated.
 */
export function makeJobsOf(
  target: JobsClass,
  resolver: ContractResolver,
  sender: JobSender,
): Readonly<Record<string, Enqueuer>> {
  const jobs = Object.create(null) as Record<string, Enqueuer>;
  const isJob = new Set(jobsOfClass(target).map(({ method }) => method));
  for (const method of new Set([...isJob, ...methodsOf(target)])) {
    const enqueue: Enqueuer = async (payload, options) =>
      sender.send(resolver.ofMethod(target, method), payload, options);
    Object.defineProperty(jobs, method, { value: enqueue, enumerable: isJob.has(method) });
  }
  return Object.freeze(jobs);
}

function methodsOf(target: JobsClass): string[] {
  const methods = new Set<string>();
  for (
    let at = target.prototype as object | null;
    at && at !== Object.prototype;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(at))) {
      if (typeof value === 'function' && !RESERVED.has(name)) methods.add(name);
    }
  }
  return [...methods];
}
