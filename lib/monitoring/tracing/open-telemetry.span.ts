import type * as OpenTelemetry from '@opentelemetry/api';
import type { Context, Span, Tracer } from '@opentelemetry/api';
import type { JobSpan, SpanEnd } from '../../core/job-tracer.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import type { TraceOrigin } from '../../core/trace-origin.js';
import { originOf } from './trace-context.js';

export interface SpanParts {
  readonly api: typeof OpenTelemetry;
  readonly tracer: Tracer;
  readonly redactor: Redactor;
}

/** A span of OpenTelemetry, and the context in which it is the active one. */
export class OpenTelemetrySpan implements JobSpan {
  private readonly context: Context;

  constructor(
    private readonly parts: SpanParts,
    private readonly span: Span,
    parent: Context,
  ) {
    this.context = parts.api.trace.setSpan(parent, span);
  }

  get origin(): TraceOrigin | undefined {
    return originOf(this.parts.api, this.span.spanContext());
  }

  run<T>(work: () => T): T {
    return this.parts.api.context.with(this.context, work);
  }

  part(name: string, details: SpanEnd['details']): JobSpan {
    const { api, tracer } = this.parts;
    const options = { kind: api.SpanKind.INTERNAL, attributes: { ...details } };
    // Inside whatever the handler has begun meanwhile; without that, inside the attempt.
    const active = api.context.active();
    const parent = api.trace.getSpan(active) ? active : this.context;
    return new OpenTelemetrySpan(this.parts, tracer.startSpan(name, options, parent), parent);
  }

  end({ outcome, error, details }: SpanEnd): void {
    const { span } = this;
    span.setAttributes({ 'vigil.outcome': outcome, ...details });
    if (error !== undefined) this.blame(error);
    span.end();
  }

  private blame(error: unknown): void {
    const { api, redactor } = this.parts;
    // An error that was recorded before comes through unchanged: what was taken out of it stays out.
    const { name, message, code, stack } = recordError(error, redactor);
    const text = `${name}: ${message}`;
    this.span.setAttribute('error.type', name);
    this.span.recordException({
      ...{ name, message },
      ...(code !== undefined && { code }),
      ...(stack !== undefined && { stack: `${text}\n${stack}` }),
    });
    this.span.setStatus({ code: api.SpanStatusCode.ERROR, message: text });
  }
}
