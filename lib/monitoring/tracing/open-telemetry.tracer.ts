import type * as OpenTelemetry from '@opentelemetry/api';
import type { Attributes, Context } from '@opentelemetry/api';
import type { JobSpan, JobTracer, TracedAttempt } from '../../core/job-tracer.js';
import type { Redactor } from '../../core/redaction.js';
import { OpenTelemetrySpan, type SpanParts } from './open-telemetry.span.js';
import { contextOf } from './trace-context.js';
import type { TracingOptions } from './tracing.options.js';

const NAME = 'nestjs-vigil';
/** The conventions have words of their own for other systems, written like this. */
const SYSTEM = 'nestjs_vigil';

/** Spans by the semantic conventions for messaging. Whoever set up an SDK decides what becomes of them; without one, nothing does. */
export class OpenTelemetryTracer implements JobTracer {
  private readonly parts: SpanParts;

  constructor(
    private readonly api: typeof OpenTelemetry,
    private readonly options: TracingOptions,
    redactor: Redactor,
  ) {
    this.parts = { api, redactor, tracer: api.trace.getTracer(NAME) };
  }

  enqueue(queue: string, name: string, ids: readonly string[]): JobSpan {
    const { api } = this;
    const attributes: Attributes = {
      ...common('enqueue', 'send', queue, name),
      ...(ids.length === 1 ? { 'messaging.message.id': ids[0] } : { 'messaging.batch.message_count': ids.length }),
    };
    return this.begin(`enqueue ${queue}`, { kind: api.SpanKind.PRODUCER, attributes }, api.context.active());
  }

  /** Whatever context the worker happens to run in is that of some enqueue or timer, and not the job's. */
  attempt({ id, queue, name, attempt, failures, maxAttempts, origin }: TracedAttempt): JobSpan {
    const { api } = this;
    const attributes: Attributes = {
      ...common('process', 'process', queue, name),
      'messaging.message.id': id,
      'vigil.attempt': attempt,
      'vigil.failures': failures,
      'vigil.max_attempts': maxAttempts,
    };
    const creation = contextOf(api, origin);
    const links = creation ? [{ context: creation }] : [];
    const parent =
      creation && this.options.sameTrace ? api.trace.setSpanContext(api.ROOT_CONTEXT, creation) : api.ROOT_CONTEXT;
    return this.begin(`process ${queue}`, { kind: api.SpanKind.CONSUMER, attributes, links }, parent);
  }

  private begin(name: string, options: OpenTelemetry.SpanOptions, parent: Context): JobSpan {
    return new OpenTelemetrySpan(this.parts, this.parts.tracer.startSpan(name, options, parent), parent);
  }
}

function common(operation: string, type: string, queue: string, job: string): Attributes {
  return {
    'messaging.system': SYSTEM,
    'messaging.operation.name': operation,
    'messaging.operation.type': type,
    'messaging.destination.name': queue,
    'vigil.job.name': job,
  };
}
