import type { JobSpan, SpanEnd } from '../../core/job-tracer.js';
import type { TraceOrigin } from '../../core/trace-origin.js';

export type TraceTrouble = (error: unknown) => void;

/** Of work that nobody follows. */
export const UNFOLLOWED: JobSpan = {
  run: (work) => work(),
  part: () => UNFOLLOWED,
  end: () => undefined,
};

type End = { readonly value: unknown } | { readonly error: unknown };

/** Does its work once and hands on what came of it, whatever the span makes of it. */
export class GuardedSpan implements JobSpan {
  constructor(
    private readonly span: JobSpan,
    private readonly trouble: TraceTrouble,
  ) {}

  get origin(): TraceOrigin | undefined {
    try {
      return this.span.origin;
    } catch (error) {
      this.trouble(error);
      return undefined;
    }
  }

  run<T>(work: () => T): T {
    let end: End | undefined;
    try {
      this.span.run(() => (end ??= ended(work)));
    } catch (error) {
      this.trouble(error);
    }
    const { value, error } = (end ??= ended(work)) as { value?: T; error?: unknown };
    if ('error' in end) throw error;
    return value as T;
  }

  part(name: string, details: SpanEnd['details']): JobSpan {
    return guarded(() => this.span.part(name, details), this.trouble);
  }

  end(end: SpanEnd): void {
    try {
      this.span.end(end);
    } catch (error) {
      this.trouble(error);
    }
  }
}

export function guarded(begin: () => JobSpan, trouble: TraceTrouble): JobSpan {
  try {
    return new GuardedSpan(begin(), trouble);
  } catch (error) {
    trouble(error);
    return UNFOLLOWED;
  }
}

function ended(work: () => unknown): End {
  try {
    return { value: work() };
  } catch (error) {
    return { error };
  }
}
