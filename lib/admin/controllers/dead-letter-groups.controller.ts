import { Get, Inject, Query } from '@nestjs/common';
import type { DeadLetterGroup } from '../../core/dead-letter-group.js';
import type { Page } from '../../core/job-snapshot.js';
import { DeadLetterService } from '../../dead-letters/dead-letter.service.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { GroupModel } from '../openapi/job-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { AdminView } from '../views/admin-view.js';

const QUERY = ['queue', 'name', 'perHour', ...PAGE] as const;

export class DeadLetterGroupsController {
  constructor(
    @Inject(DeadLetterService) private readonly deadLetters: DeadLetterService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  /** By their causes, the one with the newest burial first. */
  @Get()
  @Requires('view')
  @Described('Dead letters by their cause', pageOf(GroupModel), { query: QUERY })
  async list(@Query() given: unknown): Promise<Page<DeadLetterGroup>> {
    const query = new ListQuery(given, QUERY, 'dead-letter-groups');
    const [queue, name] = [query.text('queue'), query.text('name')];
    const perHour = query.flag('perHour');
    const selection = { ...(queue && { queue }), ...(name && { name }) };
    const page = await this.deadLetters.groups({ ...selection, perHour, ...query.page });
    const items = page.items.map((group) => ({
      ...group,
      errorName: this.view.text(group.errorName),
      message: this.view.text(group.message),
    }));
    return { ...page, items };
  }
}
