import type { Clock } from '../core/clock.js';
import type { ContractDefinition } from '../core/job-definition.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { formatJobId, parseJobId } from '../core/job-id.js';
import type { JobSpan, JobTracer } from '../core/job-tracer.js';
import { isPromise } from '../core/is-promise.js';
import { namedActor } from '../core/named-actor.js';
import { OptionChecks } from '../core/option-checks.js';
import { VigilError } from '../core/vigil.error.js';
import { EngineFullError, EngineTimeoutError, EngineUnavailableError } from '../engine/engine.errors.js';
import type { Actor } from '../engine/inspector.port.js';
import type { CancelOutcome, EnqueueOutcome, EnqueueRequest, JobProducer } from '../engine/producer.port.js';
import { draftRequest, fingerprinted, tracedTo, type RequestDraft } from './enqueue-request.js';
import { ignoredOptions, type EnqueueOptions, type EnqueueReceipt } from './enqueue.options.js';

/** What no two jobs share. */
const OF_ONE_JOB = ['id', 'idempotencyKey'] as const satisfies readonly (keyof EnqueueOptions)[];

/** Sends what a producer asks for, and tells what became of it. */
export class JobSender {
  constructor(
    private readonly engine: JobProducer,
    private readonly bus: JobEventBus,
    private readonly clock: Clock,
    private readonly maxPayloadBytes: number,
    /** Absent where nobody follows jobs. */
    private readonly tracer?: JobTracer,
  ) {}

  async send(
    contract: ContractDefinition,
    payload: unknown,
    options: EnqueueOptions | undefined,
  ): Promise<EnqueueReceipt<never>> {
    const draft = draftRequest(contract, payload, options, this.maxPayloadBytes);
    const request = isPromise(draft) ? await draft : draft;
    const span = this.tracer && this.spanOf(this.tracer, contract, [request]);
    const requests = [fingerprinted(request)];
    try {
      const [outcome] = await (span ? span.run(() => this.engine.enqueue(requests)) : this.engine.enqueue(requests));
      const receipt = this.receipt(request, outcome, options);
      span?.end({ outcome: receipt.status });
      return receipt;
    } catch (error) {
      span?.end({ outcome: 'failed', error });
      throw withIds(error, [request]);
    }
  }

  async sendMany(
    contract: ContractDefinition,
    payloads: readonly unknown[],
    given: EnqueueOptions | ((payload: unknown, index: number) => EnqueueOptions) | undefined,
  ): Promise<EnqueueReceipt<never>[]> {
    const checks = new OptionChecks(`enqueueMany of ${contract.name}`, 'ENQUEUE_OPTIONS_INVALID');
    if (!Array.isArray(payloads)) checks.fail('the payloads must be an array, one for each job.');
    const optionsOf = typeof given === 'function' ? given : (): EnqueueOptions | undefined => given;
    for (const name of OF_ONE_JOB) {
      if (typeof given !== 'object' || given?.[name] === undefined) continue;
      checks.fail(
        `${name} given for all would make one job of them. Give each its own: (payload, index) => ({ ${name}: … }).`,
      );
    }
    if (payloads.length === 0) return [];
    const options = payloads.map(optionsOf);
    const drafts: RequestDraft[] = [];
    for (const [i, payload] of payloads.entries()) {
      const place = `${contract.name} (payload ${i})`;
      const draft = draftRequest(contract, payload, options[i], this.maxPayloadBytes, place);
      // To wait for each costs more than to make it.
      drafts.push(isPromise(draft) ? await draft : draft);
    }
    const span = this.tracer && this.spanOf(this.tracer, contract, drafts);
    const send = (): Promise<EnqueueOutcome[]> => this.engine.enqueue(inTurn(drafts));
    try {
      const outcomes = await (span ? span.run(send) : send());
      const receipts = drafts.map((request, i) => this.receipt(request, outcomes[i], options[i]));
      const duplicates = receipts.filter(({ status }) => status === 'duplicate').length;
      span?.end({ outcome: 'enqueued', details: { 'vigil.duplicates': duplicates } });
      return receipts;
    } catch (error) {
      span?.end({ outcome: 'failed', error });
      throw withIds(error, drafts);
    }
  }

  async cancel(id: string, by?: Actor): Promise<CancelOutcome> {
    const ref = parseJobId(id);
    const outcome = await this.engine.cancel(ref, by && namedActor(by, 'JobClient.cancel'));
    if (outcome.status === 'cancelled' && this.bus.wants('job.cancelled')) {
      this.bus.emit({
        type: 'job.cancelled',
        at: this.clock.now(),
        id,
        name: ref.type,
        queue: ref.queue,
        running: false,
      });
    }
    return outcome;
  }

  private spanOf(tracer: JobTracer, { queue, name }: ContractDefinition, drafts: readonly RequestDraft[]): JobSpan {
    const span = tracer.enqueue(queue, name, drafts.map(formatJobId));
    const { origin } = span;
    if (origin) tracedTo(origin, drafts);
    return span;
  }

  private receipt(
    request: EnqueueRequest,
    outcome: EnqueueOutcome | undefined,
    options: EnqueueOptions | undefined,
  ): EnqueueReceipt<never> {
    if (outcome?.status !== 'created' && outcome?.status !== 'duplicate') {
      throw new VigilError(
        'OPERATION_EXPIRED',
        `${request.type}: whether the enqueue of ${formatJobId(request)} was accepted can not be told any more, and without an idempotency key a repetition might do it twice. Look for its effect; give the job an idempotencyKey to make repetitions safe at any time.`,
      );
    }
    const { status, id, state, payloadChanged, result } = outcome;
    this.tell(request, outcome);
    if (status === 'created') return outcome as EnqueueReceipt<never>;
    const ignored = options ? ignoredOptions(options) : [];
    return {
      ...{ id, status, state, payloadChanged },
      ...(result === undefined ? {} : { result: JSON.parse(result) as never }),
      ...(ignored.length === 0 ? {} : { ignoredOptions: ignored }),
    };
  }

  private tell(
    { type: name, queue, delayMs }: EnqueueRequest,
    outcome: Exclude<EnqueueOutcome, { status: 'operation_expired' }>,
  ): void {
    const { id, status, state, payloadChanged } = outcome;
    const type = status === 'created' ? 'job.enqueued' : 'job.duplicate';
    if (!this.bus.wants(type)) return;
    const of = { at: this.clock.now(), id, name, queue };
    if (type === 'job.enqueued') this.bus.emit({ type, ...of, ...(delayMs === undefined ? {} : { delayMs }) });
    else this.bus.emit({ type, ...of, state, payloadChanged });
  }
}

/** Each is made whole as it is taken: while the store is at work on some, the next ones are made. */
function* inTurn(drafts: readonly RequestDraft[]): IterableIterator<EnqueueRequest> {
  for (const draft of drafts) yield fingerprinted(draft);
}

/** The error of a batch is shared by all who travelled in it, so each caller gets one of its own with its own ids. */
function withIds(error: unknown, requests: readonly EnqueueRequest[]): unknown {
  for (const Kind of [EngineTimeoutError, EngineUnavailableError, EngineFullError]) {
    if (error instanceof Kind) return new Kind(error.message, { cause: error, jobIds: requests.map(formatJobId) });
  }
  return error;
}
