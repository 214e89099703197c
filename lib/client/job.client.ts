import { parseDuration, type Duration } from '../core/duration.js';
import type { JobContract } from '../core/job-contract.js';
import { slotOfKey, parseJobId } from '../core/job-id.js';
import type { JobSnapshot, Page } from '../core/job-snapshot.js';
import type { Json } from '../core/json.js';
import { OptionChecks } from '../core/option-checks.js';
import { pageSize } from '../core/page-size.js';
import type { JobKeys, PayloadOf, ResultOf } from '../decorators/job-handler.js';
import type { Actor, JobFilter, JobInspector } from '../engine/inspector.port.js';
import type { CancelOutcome } from '../engine/producer.port.js';
import type { ContractResolver } from './contract.resolver.js';
import { checkedKey } from './idempotency-key.js';
import type { EnqueueOptions, EnqueueReceipt } from './enqueue.options.js';
import { splitTarget, type EnqueueArguments, type JobArguments, type ServiceClass } from './job-arguments.js';
import type { JobSender } from './job-sender.js';
import type { JobWatcher } from './job-watcher.js';

/**
 * Options of `enqueueMany`: the same for all, or a function that gives each payload its own.
 *
 * @example
 * await jobs.enqueueMany(MailService, 'send', mails, (mail, index) => ({ delay: index * 100 }));
 * @publicApi
 */
export type EnqueueManyOptions<P> =
  Omit<EnqueueOptions, 'id' | 'idempotencyKey'> | ((payload: P, index: number) => EnqueueOptions);

/**
 * Which jobs of a type to list.
 *
 * @example
 * const query: JobQuery = { state: 'scheduled', limit: 50 };
 * @publicApi
 */
export interface JobQuery {
  readonly state: JobFilter['state'];
  /** 1 to 100. Default 20. */
  readonly limit?: number;
  /** `nextCursor` of the page before. */
  readonly cursor?: string;
}

const LISTED_STATES = ['scheduled', 'waiting', 'active', 'dead'] as const satisfies readonly JobQuery['state'][];
const QUERY_OPTIONS = ['state', 'limit', 'cursor'] as const satisfies readonly (keyof JobQuery)[];

/**
 * What `cancel` did. `cancelled`: it never runs. `requested`: it is running, and its signal aborts. `too_late`: it had ended or
 * is dead. `unknown`: the store knows no such job.
 *
 * @example
 * const { status }: CancelReceipt = await jobs.cancel(id);
 * @publicApi
 */
export interface CancelReceipt {
  readonly status: CancelOutcome['status'];
  readonly state?: CancelOutcome['state'];
}

/**
 * Asks for work: enqueues jobs and follows them. The job is named by a class and a method, or by a contract; then come the
 * payload and the options.
 *
 * @example
 * class OrdersService {
 *   constructor(private readonly jobs: JobClient) {}
 *
 *   async place(order: ChargeOrder): Promise<string> {
 *     const receipt = await this.jobs.enqueue(chargeJob, order, { delay: '10m' });
 *     return receipt.id;
 *   }
 * }
 * const chargeJob = defineJob<ChargeOrder, Receipt>('billing.charge', { idempotencyKey: 'orderId' });
 * @publicApi
 */
export class JobClient {
  /** @internal built by the module */
  constructor(
    private readonly resolver: ContractResolver,
    private readonly sender: JobSender,
    private readonly watcher: JobWatcher,
    private readonly engine: JobInspector,
  ) {}

  /**
   * Accepts one job. When it resolves, the job is in the store. Everything about it is checked before anything is sent.
   *
   * @throws VigilError `NOT_A_JOB`, `PAYLOAD_INVALID`, `PAYLOAD_NOT_JSON`, `PAYLOAD_TOO_LARGE`, `IDEMPOTENCY_KEY_INVALID`,
   * `ENQUEUE_OPTIONS_INVALID`, `JOB_ID_INVALID`, `JOB_ID_MISMATCH`: nothing was sent; `ENGINE_UNAVAILABLE`, `ENGINE_FULL`:
   * nothing was accepted; `ENGINE_TIMEOUT`: the outcome is unknown, repeat it with `{ id: error.jobIds[0] }`;
   * `OPERATION_EXPIRED`: such a repetition came too late
   */
  enqueue<I, O, R>(contract: JobContract<I, O, R>, ...rest: EnqueueArguments<I>): Promise<EnqueueReceipt<Json<R>>>;
  enqueue<S, K extends JobKeys<S>>(
    service: ServiceClass<S>,
    method: K,
    ...rest: EnqueueArguments<PayloadOf<S, K>>
  ): Promise<EnqueueReceipt<ResultOf<S, K>>>;
  // Not async: to wrap one promise into another costs as much as all else that is done here.
  enqueue(...args: unknown[]): Promise<EnqueueReceipt<never>> {
    try {
      const { contract, rest } = this.split(args);
      return this.sender.send(contract, rest[0], rest[1] as EnqueueOptions | undefined);
    } catch (error) {
      return Promise.reject(error instanceof Error ? error : new Error(String(error)));
    }
  }

  /**
   * Accepts many jobs of one type; faster than one by one. All are checked before any is sent; the store takes them in chunks,
   * each as a whole. The receipts are in the order of the payloads.
   *
   * @throws as `enqueue` does; an error about one payload names its index
   */
  enqueueMany<I, O, R>(
    contract: JobContract<I, O, R>,
    payloads: readonly I[],
    options?: EnqueueManyOptions<I>,
  ): Promise<EnqueueReceipt<Json<R>>[]>;
  enqueueMany<S, K extends JobKeys<S>>(
    service: ServiceClass<S>,
    method: K,
    payloads: readonly PayloadOf<S, K>[],
    options?: EnqueueManyOptions<PayloadOf<S, K>>,
  ): Promise<EnqueueReceipt<ResultOf<S, K>>[]>;
  async enqueueMany(...args: unknown[]): Promise<EnqueueReceipt<never>[]> {
    const { contract, rest } = this.split(args);
    const payloads = rest[0] as readonly unknown[];
    const given = rest[1] as EnqueueManyOptions<unknown> | undefined;
    return this.sender.sendMany(contract, payloads, given);
  }

  /**
   * A job as the store knows it now; `undefined` for one that never existed, or ended and left nothing.
   *
   * @throws VigilError `JOB_ID_INVALID`
   */
  async get(id: string): Promise<JobSnapshot | undefined> {
    return this.engine.get(parseJobId(id));
  }

  /**
   * The job that has an idempotency key now, so that `enqueue` would answer `duplicate`; for an hour also one that was cancelled, whose key
   * is free. `undefined` where nothing is known of any. The text `'7'` and the number `7` are different keys.
   *
   * @throws VigilError `NOT_A_JOB`, `IDEMPOTENCY_KEY_INVALID`
   */
  getByKey<I, O, R>(contract: JobContract<I, O, R>, key: string | number): Promise<JobSnapshot | undefined>;
  getByKey<S, K extends JobKeys<S>>(
    service: ServiceClass<S>,
    method: K,
    key: string | number,
  ): Promise<JobSnapshot | undefined>;
  async getByKey(...args: unknown[]): Promise<JobSnapshot | undefined> {
    const { contract, rest } = this.split(args);
    const { queue, name: type } = contract;
    return this.engine.getHolder({
      queue,
      type,
      slotKey: slotOfKey(checkedKey(rest[0], `JobClient.getByKey of ${type}`)),
    });
  }

  /**
   * The jobs of one type in one state. Scheduled: soonest first; waiting: in the order of claiming; active: oldest start first;
   * dead: newest burial first.
   *
   * @throws VigilError `NOT_A_JOB`, `JOB_QUERY_INVALID`, `LIMIT_INVALID`, `CURSOR_INVALID`
   */
  list<I, O, R>(contract: JobContract<I, O, R>, query: JobQuery): Promise<Page<JobSnapshot>>;
  list<S, K extends JobKeys<S>>(service: ServiceClass<S>, method: K, query: JobQuery): Promise<Page<JobSnapshot>>;
  async list(...args: unknown[]): Promise<Page<JobSnapshot>> {
    const { contract, rest } = this.split(args);
    const { state, limit, cursor } = checkedQuery(rest[0], contract.name);
    const filter = { queue: contract.queue, type: contract.name, state };
    return this.engine.list(filter, pageSize(limit, 'JobClient.list'), cursor);
  }

  /**
   * Ends a job that has not begun, and asks one that is running, in whatever process, to stop. Its key is free at once.
   *
   * @param by the person who wants it, and why: stands in the audit. Without, no line is written
   * @throws VigilError `JOB_ID_INVALID`, `ACTOR_AND_REASON_REQUIRED`
   */
  async cancel(id: string, by?: Actor): Promise<CancelReceipt> {
    return this.sender.cancel(id, by);
  }

  /**
   * Waits until a job ends, and returns its result (`keepResult: true`).
   *
   * @param job a receipt, which knows the type of the result, or an id
   * @throws JobDeadError, JobCancelledError, WaitTimeoutError, ResultNotKeptError, JobUnknownError; VigilError `JOB_ID_INVALID`,
   * `DURATION_INVALID`
   */
  async waitFor<R = unknown>(job: EnqueueReceipt<R> | string, options: { readonly timeout: Duration }): Promise<R> {
    const timeoutMs = parseDuration(options?.timeout, 'JobClient.waitFor: timeout');
    return (await this.watcher.resultOf(typeof job === 'object' ? job?.id : job, timeoutMs)) as R;
  }

  private split(args: unknown[]): ReturnType<typeof splitTarget> {
    return splitTarget(this.resolver, args as unknown as JobArguments);
  }
}

function checkedQuery(query: unknown, job: string): JobQuery {
  const checks = new OptionChecks(`JobClient.list of ${job}`, 'JOB_QUERY_INVALID');
  checks.knownOptions(query, QUERY_OPTIONS);
  const { state } = query as JobQuery;
  checks.oneOf('state', state, LISTED_STATES);
  return query as JobQuery;
}
