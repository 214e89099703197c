import { Get, Inject, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import { AuditService } from '../../dead-letters/audit.service.js';
import type { AuditEntry } from '../../engine/dead-letter.port.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { AuditModel } from '../openapi/operation-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { AdminView } from '../views/admin-view.js';
import { shownEntry } from '../views/audit-view.js';

const QUERY = ['queue', ...PAGE] as const;

export class AuditController {
  constructor(
    @Inject(AuditService) private readonly audit: AuditService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  /** Newest first. */
  @Get()
  @Requires('view')
  @Described('Who changed what, and why', pageOf(AuditModel), { query: QUERY })
  async list(@Query() given: unknown): Promise<Page<AuditEntry>> {
    const query = new ListQuery(given, QUERY, 'audit');
    const queue = query.text('queue');
    const { items, ...rest } = await this.audit.list({ ...(queue !== undefined && { queue }), ...query.page });
    return { items: items.map((entry) => shownEntry(entry, this.view)), ...rest };
  }
}
