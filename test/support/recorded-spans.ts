import { context, propagation, trace, type HrTime } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  SimpleSpanProcessor,
  type ReadableSpan,
} from '@opentelemetry/sdk-trace-base';

/** An application's OpenTelemetry, of which every ended span is kept. Global, as in an application: one for each spec file. */
export class RecordedSpans {
  private readonly exporter = new InMemorySpanExporter();
  private readonly provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(this.exporter)] });
  private readonly contexts = new AsyncLocalStorageContextManager().enable();

  install(): void {
    trace.setGlobalTracerProvider(this.provider);
    context.setGlobalContextManager(this.contexts);
  }

  async uninstall(): Promise<void> {
    trace.disable();
    context.disable();
    propagation.disable();
    this.contexts.disable();
    await this.provider.shutdown();
  }

  forget(): void {
    this.exporter.reset();
  }

  /** In the order of their beginnings. */
  of(name: string): ReadableSpan[] {
    const beginning = ({ startTime }: ReadableSpan): HrTime => startTime;
    return this.exporter
      .getFinishedSpans()
      .filter((span) => span.name === name)
      .sort((a, b) => beginning(a)[0] - beginning(b)[0] || beginning(a)[1] - beginning(b)[1]);
  }

  get all(): readonly ReadableSpan[] {
    return this.exporter.getFinishedSpans();
  }

  /** Does the work of the application itself, inside a span. */
  inside<T>(name: string, work: () => Promise<T>): Promise<T> {
    return trace.getTracer('app').startActiveSpan(name, async (span) => {
      try {
        return await work();
      } finally {
        span.end();
      }
    });
  }
}
