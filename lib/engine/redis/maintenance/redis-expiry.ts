import type { JobRef } from '../../../core/job-id.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys } from '../redis-keys.js';
import { refOf, unrunBurial, unrunJobs } from './unrun-job.js';
import type { WorkerCensus } from './worker-census.js';

const BURIED_AT_ONCE = 100;
/** A later sweep goes on. */
const MOST_IN_A_SWEEP = 10_000;

/** Buries what was not begun in time. */
export class RedisExpiry {
  constructor(private readonly connection: RedisConnection) {}

  async bury(keys: QueueKeys, census: WorkerCensus): Promise<JobRef[]> {
    const expired: JobRef[] = [];
    while (expired.length < MOST_IN_A_SWEEP) {
      const jobs = unrunJobs(
        keys.queue,
        await this.connection.run<string[]>('find-expired', keys, [], [BURIED_AT_ONCE]),
      );
      if (jobs.length === 0) break;
      const args = jobs.flatMap((job) => [job.type, job.member, ...unrunBurial(job, 'expired', census)]);
      const letters = await this.connection.run<string>('bury-expired', keys, [], args);
      for (const [index, job] of jobs.entries()) if (letters[index] === 'd') expired.push(refOf(job));
      // Nothing but jobs that only a process of a newer version can judge.
      if (!/[dg]/.test(letters)) break;
    }
    return expired;
  }
}
