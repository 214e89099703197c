import { Body, ConflictException, Get, HttpCode, Inject, NotFoundException, Post, Query } from '@nestjs/common';
import type { CronRecord } from '../../core/cron-record.js';
import type { Page } from '../../core/job-snapshot.js';
import { CronService } from '../../scheduler/cron.service.js';
import type { CronSummary } from '../../scheduler/cron-summary.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { CronHistoryModel, CronModel } from '../openapi/cron-models.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { IdModel } from '../openapi/operation-models.js';
import { ReasonBody } from '../openapi/request-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { operation } from '../requests/operation-body.js';
import { slice } from '../requests/slice.js';
import { AdminView } from '../views/admin-view.js';
import { shownCron, shownRecord, type ShownCron } from '../views/cron-view.js';

const QUERY = ['history', ...PAGE] as const;

export class CronController {
  constructor(
    @Inject(CronService) private readonly cron: CronService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  @Get()
  @Requires('view')
  @Described('Cron entries with their next slots, and as many lines of history', pageOf(CronModel), { query: QUERY })
  async list(@Query() given: unknown): Promise<Page<ShownCron>> {
    const query = new ListQuery(given, QUERY, 'cron entries');
    const limit = query.number('history');
    const { items, ...rest } = slice(await this.cron.list(), ({ name }) => name, query.page);
    const histories = limit === undefined ? [] : await this.cron.histories(items, { limit });
    return { ...rest, items: items.map((entry, n) => shownCron(entry, this.view, histories[n])) };
  }

  @Get(':name')
  @Requires('view')
  @Described('One cron entry', CronModel)
  async get(@Named('name') name: string): Promise<CronSummary> {
    const found = (await this.cron.list()).find((entry) => entry.name === name);
    if (!found) throw new NotFoundException(`there is no cron entry ${name}`);
    return shownCron(found, this.view);
  }

  @Get(':name/history')
  @Requires('view')
  @Described('What became of the slots of a cron entry, newest first', CronHistoryModel, { query: ['limit'] })
  async history(@Named('name') name: string, @Query() given: unknown): Promise<{ items: CronRecord[] }> {
    // A name that does not fit into a path stands in the query.
    const limit = new ListQuery(given, ['limit', 'name'], 'the history').number('limit');
    const records = await this.cron.history(name, limit === undefined ? {} : { limit });
    return { items: records.map((record) => shownRecord(record, this.view)) };
  }

  @Post(':name/run')
  @HttpCode(200)
  @Requires('operate')
  @Described('Runs a cron entry now, through its lock', IdModel, { body: ReasonBody })
  async run(
    @Named('name') name: string,
    @Body() body: unknown,
    @Operator() actor: string,
  ): Promise<{ readonly id: string }> {
    const receipt = await this.cron.runNow(name, operation(body, actor));
    if (receipt.status === 'accepted') return { id: receipt.jobId };
    throw new ConflictException(`an earlier run of ${name} is not over${receipt.by ? `, on ${receipt.by}` : ''}`);
  }

  @Post(':name/pause')
  @HttpCode(200)
  @Requires('operate')
  @Described('Pauses a cron entry on all instances', CronModel, { body: ReasonBody })
  async pause(@Named('name') name: string, @Body() body: unknown, @Operator() actor: string): Promise<CronSummary> {
    await this.cron.pause(name, operation(body, actor));
    return this.get(name);
  }

  @Post(':name/resume')
  @HttpCode(200)
  @Requires('operate')
  @Described('Lets a cron entry go on', CronModel, { body: ReasonBody })
  async resume(@Named('name') name: string, @Body() body: unknown, @Operator() actor: string): Promise<CronSummary> {
    await this.cron.resume(name, operation(body, actor));
    return this.get(name);
  }

  @Post(':name/forget')
  @HttpCode(200)
  @Requires('operate')
  @Described('Forgets a cron entry that was removed from the code', IdModel, { body: ReasonBody })
  async forget(
    @Named('name') name: string,
    @Body() body: unknown,
    @Operator() actor: string,
  ): Promise<{ readonly id: string }> {
    await this.cron.forget(name, operation(body, actor));
    return { id: name };
  }
}
