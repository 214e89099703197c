import { postponedBy } from '../core/attempt-control.js';
import { propertyOf } from '../core/cause-chain.js';
import { JobCancelledError, JobTimeoutError, LeaseLostError } from '../core/handler-signals.js';
import { isPromise } from '../core/is-promise.js';
import type { RegisteredJob } from '../core/job-registry.js';
import type { JobSpan } from '../core/job-tracer.js';
import type { VigilError } from '../core/vigil.error.js';
import { takeIn } from '../core/payload-intake.js';
import { recordError } from '../core/record-error.js';
import type { ClaimedJob, Held } from '../engine/consumer.port.js';
import { AttemptContext } from './attempt-context.js';
import type { AttemptEnvironment } from './attempt-environment.js';
import { expired, type AttemptOutcome, type FailureFacts } from './attempt-outcome.js';
import { beginSpan, endSpan } from './attempt-span.js';
import type { Deadline } from './deadline-queue.js';
import { keepResult } from './kept-result.js';
import { decideRetry } from './retry-policy.js';
import type { RunningAttempt } from './running-attempt.js';

/** For so long a handler may clean up after it was told to end. */
export const CANCEL_GRACE_MS = 5_000;
/** An attempt that was interrupted is made again after this. */
const INTERRUPTED_DELAY_MS = 1_000;
/** A job whose last handler still runs in this process is looked at again after this. */
const ZOMBIE_DELAY_MS = 1_000;

/**
 * One execution of one job: refuse what must not run, take the payload in, run the handler under its deadline, judge the end.
 * Ends exactly once; what the handler does afterwards is a zombie's doing.
 */
export class JobAttempt implements RunningAttempt, Deadline {
  deadlineAt = 0;
  deadlineMs = 0;
  outcome: AttemptOutcome | undefined;
  durationMs = 0;
  ranMs = 0;
  span: JobSpan | undefined;
  readonly maxRetries: number;
  readonly timeoutMs: number;

  private startedAt: number | undefined;
  private handlerRuns = false;
  private stopReason: Error | undefined;
  private interruptedBy: VigilError | undefined;
  private whenOver: (() => void) | undefined;
  private controller: AbortController | undefined;

  constructor(
    readonly job: ClaimedJob,
    readonly registered: RegisteredJob,
    private readonly env: AttemptEnvironment,
  ) {
    const { policy } = registered.definition;
    this.maxRetries = job.overrides?.maxRetries ?? policy.maxRetries;
    this.timeoutMs = job.overrides?.timeoutMs ?? policy.timeoutMs;
  }

  start(): void {
    this.startedAt = this.env.monotonic();
    const refusal = this.refusal();
    if (refusal) return this.end(refusal);
    this.env.deadlines.add(this, this.timeoutMs);
    if (this.env.tracer) this.span = beginSpan(this.env.tracer, this);
    try {
      const payload = takeIn(this.job.payload, this.job.version, this.registered.definition);
      if (isPromise(payload))
        payload.then(
          (late) => this.run(late),
          (error: unknown) => this.refuse(error),
        );
      else this.run(payload);
    } catch (error) {
      this.refuse(error);
    }
  }

  /** Made when somebody asks for it: most handlers never do. */
  get signal(): AbortSignal {
    if (!this.controller) {
      this.controller = new AbortController();
      if (this.stopReason) this.controller.abort(this.stopReason);
    }
    return this.controller.signal;
  }

  get stopped(): Error | undefined {
    return this.stopReason ?? (this.outcome ? new LeaseLostError(this.job.id) : undefined);
  }

  get held(): Held {
    const { queue, type, slotKey, op, life, version, lease, head } = this.job;
    return { queue, type, slotKey, op, life, version, lease, head };
  }

  cancel(): void {
    if (this.outcome || this.stopReason) return;
    this.endSoon(new JobCancelledError(this.job.id));
  }

  interrupt(reason: VigilError): void {
    if (this.outcome || this.stopReason) return;
    this.interruptedBy = reason;
    this.endSoon(reason);
  }

  onEnd(run: () => void): void {
    if (this.outcome) run();
    else this.whenOver = run;
  }

  private endSoon(reason: Error): void {
    this.stop(reason);
    const left = this.deadlineAt - this.env.monotonic();
    this.env.deadlines.remove(this);
    if (!this.outcome) this.env.deadlines.add(this, Math.min(left, CANCEL_GRACE_MS));
  }

  stop(reason: Error): void {
    if (this.outcome || this.stopReason) return;
    this.stopReason = reason;
    this.controller?.abort(reason);
  }

  giveBack(): void {
    if (!this.outcome)
      this.end({ kind: 'released', delayMs: 0, why: this.startedAt === undefined ? 'unbegun' : 'shutdown' });
  }

  loseLease(): void {
    if (this.outcome) return;
    this.stop(new LeaseLostError(this.job.id));
    if (!this.outcome) this.end({ kind: 'lost' });
  }

  deadlineReached(): void {
    if (this.outcome) return;
    if (this.stopReason instanceof JobCancelledError) return this.end({ kind: 'cancelled' });
    if (this.interruptedBy) return this.end(this.interrupted(this.interruptedBy));
    const timeout = new JobTimeoutError(this.timeoutMs);
    this.stop(timeout);
    if (!this.outcome) this.end(this.judge(timeout, 'timeout'));
  }

  /** What must not run although it was claimed. */
  private refusal(): AttemptOutcome | undefined {
    const { job } = this;
    if (job.cancelRequested) return { kind: 'cancelled' };
    if (job.expired) return expired(job.failures);
    const overstaying = this.env.zombies.ageOf(job.id);
    if (overstaying === undefined) return undefined;
    // Uncounted while the handler may yet come to its end; for one that never does, each look counts, so that the job is buried some day.
    return overstaying < Math.max(this.timeoutMs, ZOMBIE_DELAY_MS)
      ? { kind: 'released', delayMs: ZOMBIE_DELAY_MS, why: 'zombie' }
      : this.judge(
          new JobTimeoutError(this.timeoutMs, 'the handler of an earlier attempt still runs in this process'),
          'timeout',
        );
  }

  private refuse(error: unknown): void {
    if (this.outcome) return;
    if (propertyOf(error, 'code') !== 'PAYLOAD_INVALID') return this.failed(error);
    const failed = this.factsOf(error, 'failed', this.job.failures + 1);
    this.end({ kind: 'buried', reason: 'invalid_payload', failed });
  }

  private run(payload: unknown): void {
    // Time may have passed while an asynchronous schema was at work.
    if (this.outcome) return;
    if (this.stopReason) return this.failed(this.stopReason);
    this.handlerRuns = true;
    this.env.started(this);
    try {
      const context = new AttemptContext(this, this.env);
      const running: unknown = this.span
        ? this.span.run(() => this.registered.invoke(payload, context))
        : this.registered.invoke(payload, context);
      if (isPromise(running))
        running.then(
          (result) => this.succeeded(result),
          (error: unknown) => this.failed(error),
        );
      else this.succeeded(running);
    } catch (error) {
      this.failed(error);
    }
  }

  private succeeded(result: unknown): void {
    this.handlerRuns = false;
    if (this.outcome) return this.env.zombies.ended(this);
    this.end(this.registered.definition.policy.keepResult ? keepResult(result, this.env.maxResultBytes) : COMPLETED);
  }

  private failed(error: unknown): void {
    this.handlerRuns = false;
    if (this.outcome) return this.env.zombies.ended(this);
    if (this.stopReason instanceof JobCancelledError)
      return this.end({ kind: 'cancelled', failed: this.factsOf(error, 'cancelled', this.job.failures) });
    if (this.interruptedBy) return this.end(this.interrupted(this.interruptedBy));
    if (this.stopReason) return this.end({ kind: 'released', delayMs: 0, why: 'shutdown' });
    const delayMs = postponedBy(error);
    if (delayMs !== undefined) return this.end({ kind: 'released', delayMs, why: 'postponed' });
    this.end(this.judge(error, 'failed'));
  }

  private judge(error: unknown, outcome: FailureFacts['outcome']): AttemptOutcome {
    const { job, env, maxRetries } = this;
    const failed = this.factsOf(error, outcome, job.failures + 1);
    const failure = { error, failures: failed.failures, maxRetries, jobId: job.id, jobName: job.type };
    const decision = decideRetry({
      failure,
      policy: this.registered.definition.policy,
      overrides: job.overrides,
      nowMs: env.storeClock.now(),
      random: env.random,
    });
    for (const problem of decision.problems) {
      const { name, message } = recordError(problem, env.redactor);
      env.logger.warn(
        `${job.type}: its own classify, retryOn, noRetryOn or backoff threw ${name}: ${message}; the built-in rules were used for ${job.id}`,
      );
    }
    return decision.kind === 'retry'
      ? { kind: 'retry', delayMs: decision.delayMs, failed }
      : { kind: 'buried', reason: decision.reason, failed };
  }

  private interrupted(reason: VigilError): AttemptOutcome {
    const failed = this.factsOf(reason, 'lost-lock', this.job.failures);
    return { kind: 'retry', delayMs: INTERRUPTED_DELAY_MS, failed, uncounted: true };
  }

  private factsOf(error: unknown, outcome: FailureFacts['outcome'], failures: number): FailureFacts {
    return { outcome, error: recordError(error, this.env.redactor), failures };
  }

  private end(outcome: AttemptOutcome): void {
    this.outcome = outcome;
    if (this.startedAt !== undefined) this.ranMs = Math.max(0, this.env.monotonic() - this.startedAt);
    this.durationMs = Math.round(this.ranMs);
    this.env.deadlines.remove(this);
    if (this.span) endSpan(this.span, outcome, this.stopReason);
    if (this.handlerRuns) this.env.zombies.add(this);
    this.whenOver?.();
    this.env.ended(this);
  }
}

const COMPLETED: AttemptOutcome = { kind: 'completed' };
