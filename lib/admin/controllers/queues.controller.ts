import { Body, Get, HttpCode, Inject, NotFoundException, Post, Query } from '@nestjs/common';
import { QueueService, type QueueTarget } from '../../client/queue.service.js';
import type { Page } from '../../core/job-snapshot.js';
import type { QueueStats } from '../../engine/inspector.port.js';
import { Operator } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import { Described } from '../openapi/described.decorator.js';
import { pageOf } from '../openapi/api-model.js';
import { QueueModel } from '../openapi/operation-models.js';
import { PauseBodyModel } from '../openapi/request-models.js';
import { ListQuery, PAGE } from '../requests/list-query.js';
import { Named } from '../requests/named.decorator.js';
import { operation } from '../requests/operation-body.js';
import { slice } from '../requests/slice.js';

interface PauseBody {
  /** Of a job type; without it, the whole queue. */
  readonly name: string;
}

export class QueuesController {
  constructor(@Inject(QueueService) private readonly queues: QueueService) {}

  @Get()
  @Requires('view')
  @Described('Queues with the states of their job types', pageOf(QueueModel), { query: PAGE })
  async list(@Query() given: unknown): Promise<Page<QueueStats>> {
    const { page } = new ListQuery(given, PAGE, 'queues');
    return slice(await this.queues.list(), ({ queue }) => queue, page);
  }

  @Get(':queue')
  @Requires('view')
  @Described('One queue', QueueModel)
  async get(@Named('queue') name: string): Promise<QueueStats> {
    const found = (await this.queues.list()).find(({ queue }) => queue === name);
    if (!found) throw new NotFoundException(`no job was ever accepted for a queue ${name}`);
    return found;
  }

  @Post(':queue/pause')
  @HttpCode(200)
  @Requires('operate')
  @Described('Pauses a queue or a job type', QueueModel, { body: PauseBodyModel })
  async pause(@Named('queue') queue: string, @Body() body: unknown, @Operator() actor: string): Promise<QueueStats> {
    const { name, ...by } = operation<PauseBody>(body, actor, ['name']);
    await this.queues.pause(await this.target(queue, name), by);
    return this.get(queue);
  }

  @Post(':queue/resume')
  @HttpCode(200)
  @Requires('operate')
  @Described('Lets a queue or a job type go on', QueueModel, { body: PauseBodyModel })
  async resume(@Named('queue') queue: string, @Body() body: unknown, @Operator() actor: string): Promise<QueueStats> {
    const { name, ...by } = operation<PauseBody>(body, actor, ['name']);
    await this.queues.resume(await this.target(queue, name), by);
    return this.get(queue);
  }

  /** A name that nobody has heard of is rather misspelt than meant for later. */
  private async target(queue: string, name: string | undefined): Promise<QueueTarget> {
    const { types } = await this.get(queue);
    if (name === undefined) return queue;
    if (types.some(({ type }) => type === name)) return { queue, name };
    throw new NotFoundException(`queue ${queue} has no job type ${String(name).slice(0, 128)}`);
  }
}
