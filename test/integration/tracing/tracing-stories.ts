import { Injectable, type INestApplicationContext } from '@nestjs/common';
import { SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import {
  DeadLetterService,
  Job,
  JobClient,
  JobWorker,
  type JobContext,
  type VigilOptions,
} from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { RecordedSpans } from '../../support/recorded-spans.js';

const BACKOFF = { type: 'fixed', delay: '1ms', jitter: 'none' } as const;
const WHO = { actor: 'ada', reason: 'the bank is back' };

@Injectable()
export class Bank {
  @Job({ name: 'bank.pay', queue: 'bank', maxRetries: 2, backoff: BACKOFF, idempotencyKey: 'order' })
  async pay({ order }: { order: string }, { attempt }: JobContext): Promise<void> {
    if (order.startsWith('flaky') && attempt < 3) throw new Error(`no answer; password=hunter${attempt}`);
    if (order.startsWith('dead')) throw new TypeError('never');
    trace.getTracer('app').startSpan('own').end();
  }

  @Job({ name: 'bank.steps', queue: 'bank', maxRetries: 0 })
  async steps(_: void, ctx: JobContext): Promise<void> {
    await ctx.step('debit', () => trace.getTracer('app').startSpan('debiting').end());
    await ctx.step('credit', () => Promise.reject(new Error('no such account; password=hunter9')));
  }

  @Job({ name: 'bank.slow', queue: 'bank', maxRetries: 0, timeout: '50ms' })
  async slow(_: void, { signal }: JobContext): Promise<void> {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
  }
}

export type Start = (options: VigilOptions) => Promise<INestApplicationContext>;

const attributesOf = (span: ReadableSpan): unknown => span.attributes;
const idsOf = (span: ReadableSpan): object => {
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
};
const linksOf = (span: ReadableSpan): object[] =>
  span.links.map(({ context: { traceId, spanId } }) => ({ traceId, spanId }));

async function textOf(lines: AsyncIterable<string>): Promise<string> {
  let text = '';
  for await (const line of lines) text += line;
  return text;
}

/** What an engine must carry for jobs to be followed; the same for every engine. */
export function tracingStories(start: Start): void {
  const spans = new RecordedSpans();
  beforeAll(() => spans.install());
  afterAll(() => spans.uninstall());
  beforeEach(() => spans.forget());

  const attempts = (count: number): Promise<ReadableSpan[]> =>
    eventually(() => {
      const found = spans.of('process bank');
      expect(found).toHaveLength(count);
      return found;
    });

  it('links an attempt to its enqueue, in a trace of its own, with what is done in it below it', async () => {
    const app = await start({ tracing: true, autoStart: false });
    // All that the worker does, it does in the context in which it was started.
    await spans.inside('start', () => app.get(JobWorker).start());
    const jobs = app.get(JobClient);
    const { id } = await spans.inside('request', () => jobs.enqueue(Bank, 'pay', { order: 'A-1' }));
    const [attempt] = await attempts(1);
    const [[request], [enqueue], [own]] = ['request', 'enqueue bank', 'own'].map((name) => spans.of(name));
    expect(enqueue).toMatchObject({ kind: SpanKind.PRODUCER, parentSpanContext: idsOf(request) });
    expect(attributesOf(enqueue)).toEqual({
      'messaging.system': 'nestjs_vigil',
      'messaging.operation.name': 'enqueue',
      'messaging.operation.type': 'send',
      'messaging.destination.name': 'bank',
      'messaging.message.id': id,
      'vigil.job.name': 'bank.pay',
      'vigil.outcome': 'created',
    });
    expect(attempt).toMatchObject({ kind: SpanKind.CONSUMER, parentSpanContext: undefined });
    expect(attempt.links[0].context.isRemote).toBe(true);
    expect(linksOf(attempt)).toEqual([idsOf(enqueue)]);
    expect(idsOf(attempt)).not.toMatchObject({ traceId: enqueue.spanContext().traceId });
    expect(attributesOf(attempt)).toEqual({
      'messaging.system': 'nestjs_vigil',
      'messaging.operation.name': 'process',
      'messaging.operation.type': 'process',
      'messaging.destination.name': 'bank',
      'messaging.message.id': id,
      'vigil.job.name': 'bank.pay',
      'vigil.attempt': 1,
      'vigil.failures': 0,
      'vigil.max_attempts': 3,
      'vigil.outcome': 'completed',
    });
    expect(own).toMatchObject({ parentSpanContext: idsOf(attempt) });
    expect(attempt.status.code).toBe(SpanStatusCode.UNSET);
  });

  it('has a span for each attempt, with its error, and no secret in it', async () => {
    const jobs = (await start({ tracing: true })).get(JobClient);
    await jobs.enqueue(Bank, 'pay', { order: 'flaky-1' });
    const three = await attempts(3);
    const [enqueue] = spans.of('enqueue bank');
    expect(three.map(linksOf)).toEqual([[idsOf(enqueue)], [idsOf(enqueue)], [idsOf(enqueue)]]);
    expect(three.map(attributesOf)).toMatchObject([
      {
        'vigil.attempt': 1,
        'vigil.failures': 0,
        'vigil.outcome': 'retry',
        'vigil.retry_delay_ms': 1,
        'error.type': 'Error',
      },
      { 'vigil.attempt': 2, 'vigil.failures': 1, 'vigil.outcome': 'retry' },
      { 'vigil.attempt': 3, 'vigil.failures': 2, 'vigil.outcome': 'completed' },
    ]);
    expect(three.map(({ status }) => status.code)).toEqual([
      SpanStatusCode.ERROR,
      SpanStatusCode.ERROR,
      SpanStatusCode.UNSET,
    ]);
    const [{ name, attributes }] = three[0].events;
    expect([name, attributes?.['exception.type']]).toEqual(['exception', 'Error']);
    expect(attributes?.['exception.message']).toBe('no answer; password=[redacted]');
    expect(attributes?.['exception.stacktrace']).toContain('Error: no answer; password=[redacted]\n');
    const written = three.map(({ status, events }) => JSON.stringify([status, events])).join();
    expect(written).not.toContain('hunter');
  });

  it('tells of a burial, and of the life after it whence the job came', async () => {
    const app = await start({ tracing: true });
    const { id } = await app.get(JobClient).enqueue(Bank, 'pay', { order: 'dead-1' });
    const [enqueue] = spans.of('enqueue bank');
    const [, , last] = await attempts(3);
    expect(last.attributes).toMatchObject({
      ...{ 'vigil.outcome': 'buried', 'vigil.burial_reason': 'exhausted', 'error.type': 'TypeError' },
    });
    // The span ends before the store has heard of the end.
    const letters = app.get(DeadLetterService);
    await eventually(async () => expect(await letters.get(id)).toBeDefined());
    expect(await textOf(letters.export({ name: 'bank.pay' }))).toContain(enqueue.spanContext().spanId);
    await letters.replay(id, WHO);
    const [, , , again] = await eventually(() => {
      const found = spans.of('process bank');
      expect(found.length).toBeGreaterThan(3);
      return found;
    });
    expect(linksOf(again)).toEqual([idsOf(enqueue)]);
    expect(again.attributes).toMatchObject({ 'vigil.attempt': 1 });
  });

  it('has one span for many jobs, to which each is linked, and says how many were there before', async () => {
    const jobs = (await start({ tracing: true })).get(JobClient);
    const orders = ['B-1', 'B-2', 'B-3'].map((order) => ({ order }));
    await jobs.enqueueMany(Bank, 'pay', [...orders, { order: 'B-1' }]);
    const found = await attempts(3);
    const [enqueue] = spans.of('enqueue bank');
    expect(found.map(linksOf)).toEqual([[idsOf(enqueue)], [idsOf(enqueue)], [idsOf(enqueue)]]);
    expect(enqueue.attributes).toMatchObject({ 'messaging.batch.message_count': 4, 'vigil.duplicates': 1 });
    expect(enqueue.attributes).not.toHaveProperty('messaging.message.id');
    const receipt = await jobs.enqueue(Bank, 'pay', { order: 'B-2' });
    expect(receipt.status).toBe('duplicate');
    expect(spans.of('enqueue bank')[1].attributes).toMatchObject({ 'vigil.outcome': 'duplicate' });
  });

  it('has spans for steps below the attempt, and one for what its timeout ended', async () => {
    const jobs = (await start({ tracing: true })).get(JobClient);
    await jobs.enqueue(Bank, 'steps');
    const [attempt] = await attempts(1);
    const [[debit], [credit], [debiting]] = ['step debit', 'step credit', 'debiting'].map((name) => spans.of(name));
    expect([debit, credit].map(({ parentSpanContext }) => parentSpanContext)).toMatchObject([
      idsOf(attempt),
      idsOf(attempt),
    ]);
    expect(debiting).toMatchObject({ parentSpanContext: idsOf(debit) });
    expect(debit).toMatchObject({
      attributes: { 'vigil.step.name': 'debit', 'vigil.outcome': 'completed' },
      status: { code: SpanStatusCode.UNSET },
    });
    expect(credit).toMatchObject({
      attributes: { 'vigil.outcome': 'failed' },
      status: { code: SpanStatusCode.ERROR, message: 'Error: no such account; password=[redacted]' },
    });
    await jobs.enqueue(Bank, 'slow');
    const [, slow] = await attempts(2);
    expect(slow.attributes).toMatchObject({ 'vigil.burial_reason': 'timeout', 'error.type': 'JobTimeoutError' });
  });

  it('tells of an enqueue that was refused', async () => {
    const app = await start({ tracing: true });
    await app.close();
    await expect(app.get(JobClient).enqueue(Bank, 'pay', { order: 'D-1' })).rejects.toThrow();
    await expect(app.get(JobClient).enqueueMany(Bank, 'pay', [{ order: 'D-1' }])).rejects.toThrow();
    const failed = { attributes: { 'vigil.outcome': 'failed', 'error.type': 'EngineUnavailableError' } };
    const error = { status: { code: SpanStatusCode.ERROR } };
    expect(spans.of('enqueue bank')).toMatchObject([
      { ...failed, ...error },
      { ...failed, ...error },
    ]);
  });

  it('goes on with the trace of the enqueue where it is asked to', async () => {
    const jobs = (await start({ tracing: { sameTrace: true } })).get(JobClient);
    await spans.inside('request', () => jobs.enqueue(Bank, 'pay', { order: 'C-1' }));
    const [attempt] = await attempts(1);
    const [enqueue] = spans.of('enqueue bank');
    expect(attempt).toMatchObject({ parentSpanContext: idsOf(enqueue) });
    expect(attempt.spanContext().traceId).toBe(enqueue.spanContext().traceId);
    expect(linksOf(attempt)).toEqual([idsOf(enqueue)]);
  });

  it('is off by default: no span, and nothing written with the job', async () => {
    const app = await start({});
    const { id } = await spans.inside('request', () => app.get(JobClient).enqueue(Bank, 'pay', { order: 'dead-2' }));
    const letters = app.get(DeadLetterService);
    await eventually(async () => expect(await letters.get(id)).toBeDefined());
    const lines = await textOf(letters.export({ name: 'bank.pay' }));
    expect(lines).toContain('dead-2');
    expect(lines).not.toContain('traceparent');
    expect(spans.all.map(({ name }) => name)).toEqual(['request']);
  });
}
