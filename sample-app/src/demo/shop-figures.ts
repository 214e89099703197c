import { Injectable } from '@nestjs/common';
import { QueueService } from 'nestjs-vigil';
import { CHARGE_JOB, PARTNER_JOB, RECEIPT_JOB, type JobFigures } from './job-figures.js';
import { RetryTally } from './retry-tally.js';

/** What the store says of the shop's jobs, the same in whichever process one asks. */
@Injectable()
export class ShopFigures {
  constructor(
    private readonly queues: QueueService,
    private readonly retries: RetryTally,
  ) {}

  /** One row a job, in the order of the chain. */
  async read(): Promise<JobFigures[]> {
    const types = (await this.queues.list()).flatMap((queue) => queue.types);
    return [CHARGE_JOB, RECEIPT_JOB, PARTNER_JOB].map((name) => {
      const figures = types.find(({ type }) => type === name);
      return {
        name,
        accepted: figures?.accepted ?? 0,
        live: figures ? figures.scheduled + figures.waiting + figures.active : 0,
        completed: figures?.completed ?? 0,
        retried: this.retries.of(name),
        buried: figures?.dead ?? 0,
        withdrawn: figures ? figures.cancelled + figures.resolved : 0,
      };
    });
  }
}
