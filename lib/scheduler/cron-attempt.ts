import { CronRun, type CronTrigger } from '../core/cron-run.js';
import type { JobContext, JobStep } from '../core/job-context.js';
import type { JobLogger } from '../core/job-logger.js';
import type { HeldLock } from '../core/lock-provider.js';

/** A run as its method sees it: the context of the job that it is, and what only a run has. */
export class CronAttempt extends CronRun {
  constructor(
    private readonly context: JobContext,
    readonly slot: number,
    readonly trigger: CronTrigger,
    readonly lock: HeldLock | undefined,
  ) {
    super();
  }

  get id(): string {
    return this.context.id;
  }

  get name(): string {
    return this.context.name;
  }

  get attempt(): number {
    return this.context.attempt;
  }

  get failures(): number {
    return this.context.failures;
  }

  get maxAttempts(): number {
    return this.context.maxAttempts;
  }

  get enqueuedAt(): Date {
    return this.context.enqueuedAt;
  }

  get idempotencyKey(): string {
    return this.context.idempotencyKey;
  }

  get fencingToken(): number {
    return this.lock?.fencingToken ?? this.context.fencingToken;
  }

  get signal(): AbortSignal {
    return this.context.signal;
  }

  get logger(): JobLogger {
    return this.context.logger;
  }

  step<T>(name: string, run: (step: JobStep) => Promise<T> | T): Promise<T> {
    return this.context.step(name, run);
  }

  progress(value: unknown): Promise<void> {
    return this.context.progress(value);
  }

  assertOwned(): Promise<void> {
    return this.context.assertOwned();
  }
}
