import { Body, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import type { Page } from '../../core/job-snapshot.js';
import { DeadLetterService } from '../../dead-letters/dead-letter.service.js';
import type { ReplayPlanOptions } from '../../dead-letters/plans/plan-options.js';
import type { PlanPreview, ReplayPlan } from '../../dead-letters/plans/replay-plan.js';
import type { DeadLetterSelection } from '../../dead-letters/selection.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { PlanModel, PreviewModel } from '../openapi/operation-models.js';
import { PlanBodyModel, ReasonBody } from '../openapi/request-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { checkedAction, operation } from '../requests/operation-body.js';
import { PLAN_FIELDS, type PlanBody } from '../requests/plan-body.js';
import { selectionIn } from '../requests/selection-query.js';
import { AdminView } from '../views/admin-view.js';
import { shownPlan } from '../views/plan-view.js';

/** Plans over many dead letters. */
export class ReplaysController {
  constructor(
    @Inject(DeadLetterService) private readonly deadLetters: DeadLetterService,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  @Get()
  @Requires('view')
  @Described('Plans over many dead letters', pageOf(PlanModel), { query: PAGE })
  async list(@Query() given: unknown): Promise<Page<ReplayPlan>> {
    const { items, ...rest } = await this.deadLetters.plans.list(new ListQuery(given, PAGE, 'replays').page);
    return { ...rest, items: items.map((plan) => shownPlan(plan, this.view)) };
  }

  @Get(':id')
  @Requires('view')
  @Described('How far a plan has come', PlanModel)
  async get(@Named('id') id: string): Promise<ReplayPlan> {
    return shownPlan(await this.deadLetters.plans.progress(id), this.view);
  }

  /** With `dryRun` nothing is moved: how many match, and some of them. Without, the plan that has begun. */
  @Post()
  @HttpCode(200)
  @Requires('operate')
  @Described('Begins a plan; with dryRun tells how many match', PlanModel, { or: PreviewModel, body: PlanBodyModel })
  async begin(@Body() body: unknown, @Operator() actor: string): Promise<ReplayPlan | PlanPreview> {
    const { action, selection, ...options } = operation<PlanBody>(body, actor, PLAN_FIELDS);
    return this.many(checkedAction(action), selectionIn(selection), options);
  }

  @Post(':id/pause')
  @HttpCode(200)
  @Requires('operate')
  @Described('Pauses a plan', PlanModel, { body: ReasonBody })
  async pause(@Named('id') id: string, @Body() body: unknown, @Operator() actor: string): Promise<ReplayPlan> {
    return shownPlan(await this.deadLetters.plans.pause(id, operation(body, actor)), this.view);
  }

  @Post(':id/resume')
  @HttpCode(200)
  @Requires('operate')
  @Described('Lets a plan go on', PlanModel, { body: ReasonBody })
  async resume(@Named('id') id: string, @Body() body: unknown, @Operator() actor: string): Promise<ReplayPlan> {
    return shownPlan(await this.deadLetters.plans.resume(id, operation(body, actor)), this.view);
  }

  @Post(':id/abort')
  @HttpCode(200)
  @Requires('operate')
  @Described('Ends a plan', PlanModel, { body: ReasonBody })
  async abort(@Named('id') id: string, @Body() body: unknown, @Operator() actor: string): Promise<ReplayPlan> {
    return shownPlan(await this.deadLetters.plans.abort(id, operation(body, actor)), this.view);
  }

  private async many(
    action: 'replay' | 'resolve',
    selection: DeadLetterSelection,
    { dryRun = false, ...options }: ReplayPlanOptions,
  ): Promise<ReplayPlan | PlanPreview> {
    const { deadLetters } = this;
    if (dryRun !== true) {
      const plan = { ...options, dryRun };
      const begun =
        action === 'replay' ? deadLetters.replayMany(selection, plan) : deadLetters.resolveMany(selection, plan);
      return shownPlan(await begun, this.view);
    }
    const plan = { ...options, dryRun };
    return this.preview(
      await (action === 'replay' ? deadLetters.replayMany(selection, plan) : deadLetters.resolveMany(selection, plan)),
    );
  }

  private preview({ matching, sample }: PlanPreview): PlanPreview {
    return { matching, sample: sample.map((letter) => this.view.summary(letter)) };
  }
}
