import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import type { WorkerAnnouncement } from '../../engine/consumer.port.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { WorkerModel } from '../openapi/figure-models.js';
import { ADMIN_WORKERS, type WorkerList } from '../admin.tokens.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { slice } from '../requests/slice.js';

export class WorkersController {
  constructor(@Inject(ADMIN_WORKERS) private readonly workers: WorkerList) {}

  /** All living workers of all processes. */
  @Get()
  @Requires('view')
  @Described('Living workers of all processes', pageOf(WorkerModel), { query: PAGE })
  async list(@Query() given: unknown): Promise<Page<WorkerAnnouncement>> {
    const { page } = new ListQuery(given, PAGE, 'workers');
    return slice(await this.workers.list(), ({ worker }) => worker, page);
  }
}
