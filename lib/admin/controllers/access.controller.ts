import { Get, Inject } from '@nestjs/common';
import { ExternalContextCreator } from '@nestjs/core';
import { Asked, AccessQuestions, rightsOf, type Access } from '../access/access-questions.js';
import { actorOf } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_QUESTIONS, ADMIN_SETTINGS } from '../admin.tokens.js';
import { AccessModel } from '../openapi/operation-models.js';
import { Described } from '../openapi/described.decorator.js';

export class AccessController {
  constructor(
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    @Inject(ADMIN_QUESTIONS) private readonly questions: AccessQuestions,
    @Inject(ExternalContextCreator) private readonly creator: ExternalContextCreator,
  ) {}

  @Get()
  @Requires('view')
  @Described('Which rights this request has, and whose it is', AccessModel)
  async get(@Asked() request: unknown[]): Promise<Access> {
    // Guards may leave something else on the request when they are asked again.
    const actor = actorOf(request[0] as AdminRequest, this.settings);
    return { rights: await rightsOf(request, this.questions, this.creator), ...(actor !== undefined && { actor }) };
  }
}
