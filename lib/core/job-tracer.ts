import type { TraceOrigin } from './trace-origin.js';

/** How a stretch of work ended. */
export interface SpanEnd {
  /** One word, such as the kind of an attempt's outcome. */
  readonly outcome: string;
  /** Whatever was thrown, or the record of it. Absent: it went well, or nobody is to blame. */
  readonly error?: unknown;
  /** What else there is to tell; keys as the tracer writes them. */
  readonly details?: Readonly<Record<string, string | number>>;
}

/** A stretch of work that somebody follows. Nothing of it changes the work, or can fail. */
export interface JobSpan {
  /** For what is to be told that it came from here. */
  readonly origin?: TraceOrigin;
  /** What this begins, and what that begins in turn, belongs to the span. */
  run<T>(work: () => T): T;
  /** A part of it. */
  part(name: string, details: SpanEnd['details']): JobSpan;
  end(end: SpanEnd): void;
}

/** An attempt whose handler is about to be called. */
export interface TracedAttempt {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly attempt: number;
  readonly failures: number;
  readonly maxAttempts: number;
  /** Of the enqueue, if that was followed. */
  readonly origin?: TraceOrigin;
}

/** Follows work from process to process. */
export interface JobTracer {
  enqueue(queue: string, name: string, ids: readonly string[]): JobSpan;
  attempt(attempt: TracedAttempt): JobSpan;
}

/** Does the work inside the span, and ends it as the work ends. */
export async function followed<T>(span: JobSpan, work: () => Promise<T>): Promise<T> {
  try {
    const value = await span.run(work);
    span.end({ outcome: 'completed' });
    return value;
  } catch (error) {
    span.end({ outcome: 'failed', error });
    throw error;
  }
}
