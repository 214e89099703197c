import type { JobContext } from './job-context.js';
import type { JobDefinition } from './job-definition.js';
import { VigilError } from './vigil.error.js';

/** Runs the handler once: a fresh instance where the provider is request-scoped, interceptors applied. */
export type JobInvoker = (payload: unknown, context: JobContext) => Promise<unknown>;

export interface RegisteredJob {
  readonly definition: JobDefinition;
  readonly invoke: JobInvoker;
}

/** The jobs that this process has handlers for; filled at module init, read by the runner. */
export class JobRegistry {
  private readonly jobs = new Map<string, RegisteredJob>();

  /** @throws VigilError `JOB_NAME_DUPLICATE` when another method already has the name */
  register(job: RegisteredJob): void {
    const { name, declaredBy } = job.definition;
    const first = this.jobs.get(name);
    if (first) {
      throw new VigilError(
        'JOB_NAME_DUPLICATE',
        `Two jobs are named '${name}': ${first.definition.declaredBy} and ${declaredBy}. Give one of them another name: @Job({ name: '…' }).`,
      );
    }
    this.jobs.set(name, job);
  }

  get(name: string): RegisteredJob | undefined {
    return this.jobs.get(name);
  }

  all(): readonly RegisteredJob[] {
    return [...this.jobs.values()];
  }
}
