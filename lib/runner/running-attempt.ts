import type { JobSpan } from '../core/job-tracer.js';
import type { RegisteredJob } from '../core/job-registry.js';
import type { VigilError } from '../core/vigil.error.js';
import type { ClaimedJob, Held } from '../engine/consumer.port.js';
import type { AttemptOutcome } from './attempt-outcome.js';

/** One execution of a job as the rest of the runner sees it. */
export interface RunningAttempt {
  readonly job: ClaimedJob;
  readonly registered: RegisteredJob;
  /** Policy and overrides together. */
  readonly maxRetries: number;
  /** What the store compares before it believes this attempt. */
  readonly held: Held;
  readonly signal: AbortSignal;
  /** Why the handler should stop, if it should. An attempt that ended owns nothing any more. */
  readonly stopped: Error | undefined;
  /** Set when the attempt ended. */
  readonly outcome: AttemptOutcome | undefined;
  readonly durationMs: number;
  /** The same, and not rounded. */
  readonly ranMs: number;
  /** Where attempts are followed, while its handler may run. */
  readonly span: JobSpan | undefined;

  /** Somebody cancelled the job. Its handler is told and has a moment; completing in it still counts. */
  cancel(): void;
  /** The handler is asked to end; `giveBack` follows for one that does not obey. */
  stop(reason: Error): void;
  giveBack(): void;
  /** The store says that the job is not this attempt's any more. */
  loseLease(): void;
  /** See `AttemptControl`. */
  interrupt(reason: VigilError): void;
  onEnd(run: () => void): void;
}
