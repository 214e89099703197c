import type { JobRef } from '../../../core/job-id.js';
import type { SweepOptions } from '../../maintenance.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys } from '../redis-keys.js';
import { refOf, unrunBurial, unrunJobs } from './unrun-job.js';
import type { WorkerCensus } from './worker-census.js';

const BURIED_AT_ONCE = 100;
/** A later sweep goes on. */
const MOST_IN_A_SWEEP = 10_000;
/** The lists of a type@version: suspects, and the levels from the most urgent on. */
const MARKS = ['s', 0, 1, 2, 3] as const;

/** Alerts of waiting jobs that no live worker handles, and buries them when that lasts. */
export class RedisNoHandler {
  constructor(private readonly connection: RedisConnection) {}

  async judge(keys: QueueKeys, census: WorkerCensus, options: SweepOptions): Promise<JobRef[]> {
    const alive = census.alive;
    const doomed = await this.connection.run<string[]>(
      'judge-handlers',
      keys,
      [keys.grievances],
      [keys.queue, options.noHandlerAlertMs, options.noHandlerGraceMs, alive.length > 0 ? 1 : 0, ...census.unhandled],
    );
    const buried: JobRef[] = [];
    for (const line of doomed) {
      for (const mark of MARKS) {
        const list = new DoomedList(this.connection, keys, census, line, keys.waiting(line, mark));
        while (buried.length < MOST_IN_A_SWEEP) {
          const some = await list.burySome(alive);
          if (!some) break;
          buried.push(...some);
        }
      }
    }
    return buried;
  }
}

class DoomedList {
  private readonly type: string;

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: QueueKeys,
    private readonly census: WorkerCensus,
    private readonly line: string,
    private readonly list: string,
  ) {
    this.type = line.slice(0, line.lastIndexOf('@'));
  }

  /** Undefined when nothing is left to be buried, or something has changed. */
  async burySome(alive: readonly string[]): Promise<JobRef[] | undefined> {
    const { connection, keys, census, line, list } = this;
    const found = await connection.run<string[]>('find-waiting', keys, [list], [this.type, BURIED_AT_ONCE]);
    const jobs = unrunJobs(keys.queue, found);
    if (jobs.length === 0) return undefined;
    const args = jobs.flatMap((job) => [job.member, ...unrunBurial(job, 'no_handler', census)]);
    const letters = await connection.run<string | null>(
      'bury-unhandled',
      keys,
      [list, keys.workers],
      [line, alive.length, ...alive, ...args],
    );
    if (!letters) return undefined;
    return jobs.filter((_, index) => letters[index] === 'd').map(refOf);
  }
}
