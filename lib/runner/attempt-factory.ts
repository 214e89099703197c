import type { RegisteredJob } from '../core/job-registry.js';
import type { ClaimedJob } from '../engine/consumer.port.js';
import type { AttemptEnvironment } from './attempt-environment.js';
import { JobAttempt } from './job-attempt.js';

/** Makes attempts of what was claimed: of the jobs that a worker handles, and of no others. */
export class AttemptFactory {
  private readonly jobs: ReadonlyMap<string, RegisteredJob>;

  constructor(
    jobs: readonly RegisteredJob[],
    private readonly env: AttemptEnvironment,
  ) {
    this.jobs = new Map(jobs.map((job) => [job.definition.name, job]));
  }

  attemptOf(job: ClaimedJob): JobAttempt {
    return new JobAttempt(job, this.jobs.get(job.type) as RegisteredJob, this.env);
  }
}
