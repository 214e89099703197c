import { ATTEMPT_CONTROL, type AttemptControl } from '../core/attempt-control.js';
import { JobContext, type JobStep } from '../core/job-context.js';
import { LeaseLostError } from '../core/handler-signals.js';
import type { JobLogger } from '../core/job-logger.js';
import { followed } from '../core/job-tracer.js';
import { VigilError } from '../core/vigil.error.js';
import { AttemptWriter } from './attempt-writer.js';
import { PROGRESS_MAX_BYTES, STEP_MAX_BYTES } from '../engine/store-limits.js';
import type { AttemptEnvironment } from './attempt-environment.js';
import type { RunningAttempt } from './running-attempt.js';

const LONGEST_STEP_NAME = 128;
/** What JSON has no word for: a step that returned nothing. */
const NOTHING = '';

/** What the handler holds in its hands. Made once for each attempt, so everything costly in it is made when it is asked for. */
export class AttemptContext extends JobContext {
  private readonly attemptOf: RunningAttempt;
  private readonly env: AttemptEnvironment;
  private stepsOfAttempt: Set<string> | undefined;
  private writerOfAttempt: AttemptWriter | undefined;
  private loggerOfAttempt: JobLogger | undefined;

  constructor(attempt: RunningAttempt, env: AttemptEnvironment) {
    super();
    this.attemptOf = attempt;
    this.env = env;
  }

  get [ATTEMPT_CONTROL](): AttemptControl {
    const attempt = this.attemptOf;
    return {
      life: attempt.job.life,
      stopped: attempt.stopped,
      interrupt: (reason) => attempt.interrupt(reason),
      onEnd: (run) => attempt.onEnd(run),
    };
  }

  get id(): string {
    return this.attemptOf.job.id;
  }

  get name(): string {
    return this.attemptOf.job.type;
  }

  get attempt(): number {
    return this.attemptOf.job.attempt;
  }

  get failures(): number {
    return this.attemptOf.job.failures;
  }

  get maxAttempts(): number {
    return 1 + this.attemptOf.maxRetries;
  }

  get enqueuedAt(): Date {
    return new Date(this.attemptOf.job.enqueuedAt);
  }

  get idempotencyKey(): string {
    const { id, type, key, overrides } = this.attemptOf.job;
    const first = key === undefined ? id : `${type}:${key}`;
    return overrides?.keyLife === undefined ? first : `${first}#life-${overrides.keyLife}`;
  }

  get fencingToken(): number {
    return this.attemptOf.job.fencingToken;
  }

  get signal(): AbortSignal {
    return this.attemptOf.signal;
  }

  get logger(): JobLogger {
    return (this.loggerOfAttempt ??= withId(this.env.loggerFor(this.name), this.id));
  }

  step<T>(name: string, run: (step: JobStep) => Promise<T> | T): Promise<T> {
    return unattended(this.runStep(name, run));
  }

  progress(value: unknown): Promise<void> {
    return unattended(this.tellProgress(value));
  }

  assertOwned(): Promise<void> {
    return unattended(this.askOwned());
  }

  private async runStep<T>(name: string, run: (step: JobStep) => Promise<T> | T): Promise<T> {
    this.begin(name);
    const remembered = this.attemptOf.job.steps.get(name);
    if (remembered !== undefined) return recall(remembered) as T;
    const span = this.attemptOf.span?.part(`step ${name}`, { 'vigil.step.name': name });
    return span ? followed(span, () => this.takeStep(name, run)) : this.takeStep(name, run);
  }

  private async takeStep<T>(name: string, run: (step: JobStep) => Promise<T> | T): Promise<T> {
    const result = await run({ name, idempotencyKey: `${this.idempotencyKey}:${name}` });
    const value = this.textOf(result, `step '${name}'`, 'STEP');
    if (Buffer.byteLength(value) > STEP_MAX_BYTES) throw this.tooLarge(name, '64 KiB a result');
    const answer = await this.writer.write({ step: { name, value } });
    if (answer === 'too_large') throw this.tooLarge(name, '512 KiB a job');
    // As later attempts will get it, so that a Date that becomes a text is seen at once rather than after the first retry.
    return recall(value) as T;
  }

  private async tellProgress(value: unknown): Promise<void> {
    const progress = this.textOf(value, 'progress', 'PROGRESS');
    if (Buffer.byteLength(progress) > PROGRESS_MAX_BYTES) {
      throw new VigilError(
        'PROGRESS_TOO_LARGE',
        `${this.place}: a progress value takes more than 4 KiB. Keep to what an onlooker needs.`,
      );
    }
    this.throwIfStopped();
    await this.writer.writeProgress(progress);
    if (this.env.bus.wants('job.progress')) {
      const { id, type: name, queue } = this.attemptOf.job;
      this.env.bus.emit({ type: 'job.progress', at: this.env.clock.now(), id, name, queue, value });
    }
  }

  private async askOwned(): Promise<void> {
    if (this.attemptOf.stopped instanceof LeaseLostError) throw this.attemptOf.stopped;
    await this.writer.write({});
  }

  private get writer(): AttemptWriter {
    return (this.writerOfAttempt ??= new AttemptWriter(this.attemptOf, this.env));
  }

  private get place(): string {
    return `${this.name} (job ${this.id})`;
  }

  private begin(name: string): void {
    this.throwIfStopped();
    if (typeof name !== 'string' || name === '' || name.length > LONGEST_STEP_NAME) {
      throw new VigilError(
        'STEP_NAME_INVALID',
        `${this.place}: a step's name is a text of 1 to ${LONGEST_STEP_NAME} characters.`,
      );
    }
    this.stepsOfAttempt ??= new Set();
    if (this.stepsOfAttempt.has(name)) {
      throw new VigilError(
        'STEP_NAME_REUSED',
        `${this.place}: step '${name}' was used before in this attempt. Give each step a name of its own, in a loop for example \`${name}-\${i}\`.`,
      );
    }
    this.stepsOfAttempt.add(name);
  }

  private throwIfStopped(): void {
    const { stopped } = this.attemptOf;
    if (stopped) throw stopped;
  }

  private textOf(value: unknown, what: string, code: 'STEP' | 'PROGRESS'): string {
    if (value === undefined) return NOTHING;
    let text: string | undefined;
    let cause: unknown;
    try {
      text = JSON.stringify(value);
    } catch (error) {
      cause = error;
    }
    if (text === undefined) {
      throw new VigilError(
        `${code}_NOT_JSON`,
        `${this.place}: what ${what} gave can not be written as JSON, so no later attempt could be told of it.`,
        { cause },
      );
    }
    return text;
  }

  private tooLarge(step: string, limit: string): VigilError {
    return new VigilError(
      'STEP_TOO_LARGE',
      `${this.place}: the result of step '${step}' exceeds ${limit}. Keep it elsewhere and return a reference.`,
    );
  }
}

/** A handler that does not await, and whose lease is lost, must not take the whole process down with an unhandled rejection. */
function unattended<T>(work: Promise<T>): Promise<T> {
  work.catch(() => undefined);
  return work;
}

function recall(text: string): unknown {
  return text === NOTHING ? undefined : (JSON.parse(text) as unknown);
}

function withId(logger: JobLogger, id: string): JobLogger {
  const line = (message: string): string => `[${id}] ${message}`;
  return {
    log: (message) => logger.log(line(message)),
    warn: (message) => logger.warn(line(message)),
    error: (message, stack) => logger.error(line(message), stack),
    debug: (message) => logger.debug(line(message)),
  };
}
