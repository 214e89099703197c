import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import { AuditService } from '../../dead-letters/audit.service.js';
import type { AuditEntry } from '../../engine/dead-letter.port.js';
import { Requires } from '../access/admin-right.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { AdminView } from '../views/admin-view.js';
import { shownEntry } from '../views/audit-view.js';

export class AuditController {
  constructor(
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  /** Newest first. */
  @Get()
  @Requires('view')
  async list(@Query() given: unknown): Promise<Page<AuditEntry>> {
    const query = new ListQuery(given, ['queue', ...PAGE], 'audit');
    const queue = query.text('queue');
    const { items, ...rest } = await this.audit.list({ ...(queue !== undefined && { queue }), ...query.page });
    return { items: items.map((entry) => shownEntry(entry, this.view)), ...rest };
  }
}
