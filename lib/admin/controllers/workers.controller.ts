import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import type { WorkerAnnouncement } from '../../engine/consumer.port.js';
import { Requires } from '../access/admin-right.js';
import { ADMIN_WORKERS, type WorkerList } from '../admin.tokens.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { slice } from '../requests/slice.js';

export class WorkersController {
  constructor(@Inject(ADMIN_WORKERS) private readonly workers: WorkerList) {}

  /** All living workers of all processes. */
  @Get()
  @Requires('view')
  async list(@Query() given: unknown): Promise<Page<WorkerAnnouncement>> {
    const { page } = new ListQuery(given, PAGE, 'workers');
    return slice(await this.workers.list(), ({ worker }) => worker, page);
  }
}
