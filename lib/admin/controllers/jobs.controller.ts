import { Body, ConflictException, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import { JobClient } from '../../client/job.client.js';
import { JobUnknownError } from '../../client/wait.errors.js';
import { defineJob } from '../../core/define-job.js';
import type { Page } from '../../core/job-snapshot.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { CancelModel, JobModel, ListedJobModel, PayloadModel } from '../openapi/job-models.js';
import { ReasonBody } from '../openapi/request-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { operation } from '../requests/operation-body.js';
import { AdminView } from '../views/admin-view.js';
import { JobStory, type ShownJob } from '../views/job-story.js';
import { listedJob, shownPayload, type ListedJob, type ShownPayload } from '../views/job-view.js';

const STATES = ['scheduled', 'waiting', 'active', 'dead'] as const;

const QUERY = ['queue', 'name', 'state', ...PAGE] as const;
const BY_KEY = ['queue', 'name', 'idempotencyKey'] as const;

export class JobsController {
  constructor(
    @Inject(JobClient) private readonly jobs: JobClient,
    @Inject(JobStory) private readonly story: JobStory,
    @Inject(AdminView) private readonly view: AdminView,
  ) {}

  /** Those of one type in one state, in the order that `JobClient.list` tells. */
  @Get()
  @Requires('view')
  @Described('Jobs of one type in one state, or the one that has an idempotency key', pageOf(ListedJobModel), {
    query: [...QUERY, 'idempotencyKey'],
    needed: ['queue', 'name'],
  })
  async list(@Query() given: unknown): Promise<Page<ListedJob>> {
    if ('idempotencyKey' in Object(given)) return this.withKey(new ListQuery(given, BY_KEY, 'jobs'));
    const query = new ListQuery(given, QUERY, 'jobs');
    const contract = defineJob(query.needed('name'), { queue: query.needed('queue') });
    const state = query.oneOf('state', STATES) ?? 'waiting';
    const { items, ...rest } = await this.jobs.list(contract, { state, ...query.page });
    return { items: items.map((job) => listedJob(job, this.view)), ...rest };
  }

  @Get(':id')
  @Requires('view')
  @Described('A job and its story, life by life', JobModel)
  async get(@Named('id') id: string): Promise<ShownJob> {
    const job = await this.story.of(id);
    if (!job) throw new JobUnknownError(id);
    return job;
  }

  @Get(':id/payload')
  @Requires('view-payload')
  @Described('Payload, result and progress of a job', PayloadModel)
  async payload(@Named('id') id: string): Promise<ShownPayload> {
    const job = await this.jobs.get(id);
    if (!job) throw new JobUnknownError(id);
    return shownPayload(job, this.view);
  }

  /** A running job is asked to stop; whether it does is up to its handler. */
  @Post(':id/cancel')
  @HttpCode(200)
  @Requires('operate')
  @Described('Cancels a job, or asks a running one to stop', CancelModel, { body: ReasonBody })
  async cancel(
    @Named('id') id: string,
    @Body() body: unknown,
    @Operator() actor: string,
  ): Promise<{ readonly id: string; readonly status: string }> {
    const { status, state } = await this.jobs.cancel(id, operation(body, actor));
    if (status === 'unknown') throw new JobUnknownError(id);
    if (status === 'too_late') throw new ConflictException(`job ${id} is ${state} already`);
    return { id, status };
  }

  /** Two where one has the number and one the text. */
  private async withKey(query: ListQuery): Promise<Page<ListedJob>> {
    const contract = defineJob(query.needed('name'), { queue: query.needed('queue') });
    const text = query.needed('idempotencyKey');
    const number = Number(text);
    const keys = Number.isFinite(number) && String(number) === text ? [text, number] : [text];
    const found = await Promise.all(keys.map((key) => this.jobs.getByKey(contract, key)));
    return { items: found.filter((job) => job !== undefined).map((job) => listedJob(job, this.view)) };
  }
}
