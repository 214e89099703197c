import { Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import { AlertService, type Alert, type ChannelTrial } from '../../monitoring/alerts/alert.service.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { AlertModel, TrialsModel } from '../openapi/operation-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { slice } from '../requests/slice.js';
import { AdminView } from '../views/admin-view.js';
import { shownAlert } from '../views/alert-view.js';

const STATES = ['firing', 'resolved'] as const;

const QUERY = ['state', ...PAGE] as const;

export class AlertsController {
  constructor(
    @Inject(AlertService) private readonly alerts: AlertService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  /** Those that fire, and those that were resolved in the last day; the latest first. */
  @Get()
  @Requires('view')
  @Described('What fires, and what was resolved in the last day', pageOf(AlertModel), { query: QUERY })
  async list(@Query() given: unknown): Promise<Page<Alert>> {
    const query = new ListQuery(given, QUERY, 'alerts');
    const state = query.oneOf('state', STATES);
    const { items, ...rest } = slice(await this.alerts.list({ state }), ({ id }) => id, query.page);
    return { items: items.map((alert) => shownAlert(alert, this.view)), ...rest };
  }

  /** Sends a trial to every channel. Nothing is written. */
  @Post('trial')
  @HttpCode(200)
  @Requires('operate')
  @Described('Sends a trial to every channel', TrialsModel)
  async trial(): Promise<{ readonly items: readonly ChannelTrial[] }> {
    const items = await this.alerts.test();
    return { items: items.map(({ channel, error }) => ({ channel, ...(error && { error: this.view.text(error) }) })) };
  }
}
