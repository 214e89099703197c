import { Body, Get, HttpCode, Inject, NotFoundException, Post, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import type { Duration } from '../../core/duration.js';
import { AlertService, type Silence, type SilenceTarget } from '../../monitoring/alerts/alert.service.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { IdModel, SilenceModel } from '../openapi/operation-models.js';
import { ReasonBody, SilenceBodyModel } from '../openapi/request-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { operation } from '../requests/operation-body.js';
import { slice } from '../requests/slice.js';
import { AdminView } from '../views/admin-view.js';

interface SilenceBody extends SilenceTarget {
  readonly for: Duration;
}

export class SilencesController {
  constructor(
    @Inject(AlertService) private readonly alerts: AlertService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  @Get()
  @Requires('view')
  @Described('Of what nothing is told for a while', pageOf(SilenceModel), { query: PAGE })
  async list(@Query() given: unknown): Promise<Page<Silence>> {
    const { page } = new ListQuery(given, PAGE, 'silences');
    const { items, ...rest } = slice(await this.alerts.silences(), ({ id }) => id, page);
    return { ...rest, items: items.map((silence) => this.view.said(silence)) };
  }

  @Post()
  @HttpCode(201)
  @Requires('operate')
  @Described('Silences alerts for a while', IdModel, { status: 201, body: SilenceBodyModel })
  async begin(@Body() body: unknown, @Operator() actor: string): Promise<{ readonly id: string }> {
    const { for: span, ...rest } = operation<SilenceBody>(body, actor, ['queue', 'name', 'rule', 'for']);
    const { actor: by, reason, ...target } = rest;
    return { id: await this.alerts.silence(target, { for: span as Duration, actor: by, reason }) };
  }

  @Post(':id/end')
  @HttpCode(200)
  @Requires('operate')
  @Described('Ends a silence', IdModel, { body: ReasonBody })
  async end(
    @Named('id') id: string,
    @Body() body: unknown,
    @Operator() actor: string,
  ): Promise<{ readonly id: string }> {
    const by = operation(body, actor);
    const known = (await this.alerts.silences()).some((silence) => silence.id === id);
    if (!known) throw new NotFoundException(`no silence ${id}: it is over`);
    await this.alerts.unsilence(id, by);
    return { id };
  }
}
