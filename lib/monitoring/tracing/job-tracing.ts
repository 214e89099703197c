import type * as OpenTelemetry from '@opentelemetry/api';
import type { JobLogger } from '../../core/job-logger.js';
import type { JobSpan, JobTracer, TracedAttempt } from '../../core/job-tracer.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import { VigilError } from '../../core/vigil.error.js';
import { guarded, UNFOLLOWED } from './guarded-span.js';
import { OpenTelemetryTracer } from './open-telemetry.tracer.js';
import type { TracingOptions } from './tracing.options.js';

export interface TracingParts {
  readonly options: TracingOptions;
  readonly logger: JobLogger;
  readonly redactor: Redactor;
  readonly monotonic: () => number;
  /** Default: that of `@opentelemetry/api`, which is loaded only now. */
  readonly tracer?: JobTracer;
}

/** A tracer that fails does so for every job. */
const TOLD_EVERY_MS = 60_000;

/** Stands between jobs and whoever follows them: until that is loaded, and whenever it fails, jobs go on unfollowed. */
export class JobTracing implements JobTracer {
  private tracer: JobTracer | undefined;
  private toldAt = -Infinity;

  constructor(private readonly parts: TracingParts) {
    this.tracer = parts.tracer;
  }

  /** @throws VigilError `OPENTELEMETRY_MISSING` */
  async open(): Promise<void> {
    this.tracer ??= new OpenTelemetryTracer(await load(), this.parts.options, this.parts.redactor);
  }

  enqueue(queue: string, name: string, ids: readonly string[]): JobSpan {
    const { tracer } = this;
    return tracer ? guarded(() => tracer.enqueue(queue, name, ids), this.trouble) : UNFOLLOWED;
  }

  attempt(attempt: TracedAttempt): JobSpan {
    const { tracer } = this;
    return tracer ? guarded(() => tracer.attempt(attempt), this.trouble) : UNFOLLOWED;
  }

  private readonly trouble = (error: unknown): void => {
    const now = this.parts.monotonic();
    if (now - this.toldAt < TOLD_EVERY_MS) return;
    this.toldAt = now;
    const { name, message, stack } = recordError(error, this.parts.redactor);
    this.parts.logger.error(`tracing failed: ${name}: ${message}; jobs go on without`, stack);
  };
}

/** Named exports, in both module formats: its default export lacks some. */
async function load(): Promise<typeof OpenTelemetry> {
  try {
    return await import('@opentelemetry/api');
  } catch (error) {
    throw new VigilError(
      'OPENTELEMETRY_MISSING',
      'VigilModule: the option tracing needs @opentelemetry/api. Install it: npm install @opentelemetry/api',
      { cause: error },
    );
  }
}
