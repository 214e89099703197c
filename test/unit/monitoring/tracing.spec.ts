import * as api from '@opentelemetry/api';
import { JobSender } from '../../../lib/client/job-sender.js';
import { followed, type JobSpan, type JobTracer } from '../../../lib/core/job-tracer.js';
import { noRedaction } from '../../../lib/core/redaction.js';
import { JobTracing } from '../../../lib/monitoring/tracing/job-tracing.js';
import { contextOf, originOf } from '../../../lib/monitoring/tracing/trace-context.js';
import { Scene } from '../runner/scene.js';

const broken = (): never => {
  throw new Error('the tracer is broken; token=abc');
};

/** Goes well but for what is replaced. */
function span(replaced: Partial<JobSpan> = {}): JobSpan {
  return { run: (work) => work(), part: () => span(replaced), end: () => undefined, ...replaced };
}

const of = (each: () => JobSpan): JobTracer => ({ enqueue: each, attempt: each });

const TROUBLES: [string, JobTracer][] = [
  ['throws at once', of(broken)],
  ['throws when it is to run something', of(() => span({ run: broken }))],
  ['throws after it ran something', of(() => span({ run: (work) => (work(), broken()) }))],
  ['runs nothing', of(() => span({ run: () => undefined as never }))],
  ['runs everything twice', of(() => span({ run: (work) => (work(), work()) }))],
  ['gives back something else', of(() => span({ run: (work) => (work(), 'else' as never) }))],
  ['throws at every part', of(() => span({ part: broken }))],
  ['throws at every end', of(() => span({ end: broken }))],
  ['throws at the origin', of(() => Object.defineProperty<JobSpan>(span(), 'origin', { get: broken }))],
];

function tracingOf(tracer: JobTracer | undefined, lines: string[] = [], monotonic = () => 0): JobTracing {
  const write = (line: string): unknown => lines.push(line);
  const logger = { log: write, warn: write, error: write, debug: write };
  return new JobTracing({ options: {}, logger, redactor: noRedaction, monotonic, ...(tracer && { tracer }) });
}

let scene: Scene | undefined;
afterEach(async () => {
  await scene?.close();
  scene = undefined;
});

describe.each(TROUBLES)('a tracer that %s', (_, tracer) => {
  it('changes nothing for attempts, their steps, retries and results', async () => {
    const runs: string[] = [];
    const jobs = await Scene.begun(
      async (_payload, ctx) => {
        const { attempt } = ctx;
        runs.push(`run ${attempt}`);
        const answer = await ctx.step('ask', async () => runs.push('step'));
        if (attempt === 1) throw new Error('try again');
        return { answer };
      },
      { policy: { keepResult: true } },
      { parts: { tracer: tracingOf(tracer) } },
    );
    scene = jobs.scene;
    expect(await scene.job(jobs.id)).toMatchObject({
      state: 'scheduled',
      attempts: [{ error: { message: 'try again' } }],
    });
    await scene.clock.advance('1s');
    expect(await scene.job(jobs.id)).toMatchObject({ state: 'completed', result: { answer: 2 } });
    expect(runs).toEqual(['run 1', 'step', 'run 2']);
    expect(scene.lines).toEqual([]);
  });

  it('changes nothing for handlers that throw at once, nor for enqueues', async () => {
    scene = await new Scene([{ run: broken, policy: { maxRetries: 0 } }], {
      parts: { tracer: tracingOf(tracer) },
    }).start();
    const sender = new JobSender(scene.engine, scene.bus, scene.clock, 1_000, tracingOf(tracer));
    const contract = { name: 'task', queue: 'work', version: 1, level: 1 } as const;
    const one = await sender.send(contract, {}, { idempotencyKey: 'a' });
    const more = await sender.sendMany(contract, [{}, {}], (_payload, n) => ({ idempotencyKey: 'ab'[n] }));
    expect([one, ...more].map(({ status }) => status)).toEqual(['created', 'duplicate', 'created']);
    await scene.rest();
    expect(await scene.job(one.id)).toMatchObject({ state: 'dead', attempts: [{ outcome: 'failed' }] });
  });
});

describe('a tracer in trouble', () => {
  it('is told of once a minute, however many jobs there are', () => {
    const lines: string[] = [];
    let now = 0;
    const tracing = tracingOf(of(broken), lines, () => now);
    for (; now < 150_000; now += 1_000) tracing.enqueue('work', 'task', ['id']);
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^tracing failed: Error: the tracer is broken; token=abc; jobs go on without$/);
  });

  it('that is not there yet follows nothing', async () => {
    const tracing = tracingOf(undefined);
    const enqueue = tracing.enqueue('work', 'task', ['id']);
    expect(enqueue.origin).toBeUndefined();
    expect(await followed(enqueue.part('part', {}), async () => 7)).toBe(7);
  });
});

describe('where a job comes from', () => {
  const context = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 };
  const traceparent = `00-${context.traceId}-${context.spanId}-01`;

  it('travels as the headers of the W3C', () => {
    const traceState = api.createTraceState('vendor=x,other=y');
    const origin = originOf(api, { ...context, traceState });
    expect(origin).toEqual({ traceparent, tracestate: 'vendor=x,other=y' });
    const back = contextOf(api, JSON.parse(JSON.stringify(origin)) as typeof origin);
    expect(back).toMatchObject({ ...context, isRemote: true });
    expect(back?.traceState?.get('other')).toBe('y');
    expect(originOf(api, context)).toEqual({ traceparent });
    expect(originOf(api, { ...context, traceFlags: 0 })).toEqual({ traceparent: traceparent.replace(/1$/, '0') });
  });

  it('is nothing where nobody follows, and no longer than it may be', () => {
    expect(originOf(api, api.INVALID_SPAN_CONTEXT)).toBeUndefined();
    const traceState = api.createTraceState(Array.from({ length: 30 }, (_, n) => `k${n}=${'x'.repeat(40)}`).join());
    expect(originOf(api, { ...context, traceState })).toEqual({ traceparent });
  });

  it.each([
    ['nothing', undefined],
    ['no text', { traceparent: 7 }],
    ['null', { traceparent: null }],
    ['zeros', { traceparent: `00-${'0'.repeat(32)}-${'0'.repeat(16)}-01` }],
    ['another version', { traceparent: traceparent.replace(/^00/, '01') }],
    ['something before it', { traceparent: ` ${traceparent}` }],
    ['something behind it', { traceparent: `${traceparent}-x` }],
  ])('is unknown if it is %s', (_, origin) => {
    expect(contextOf(api, origin as never)).toBeUndefined();
  });

  it('does without a tracestate that is none', () => {
    expect(contextOf(api, { traceparent, tracestate: { a: 1 } } as never)).toMatchObject(context);
  });
});
