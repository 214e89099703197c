import { Get, Inject } from '@nestjs/common';
import { Asked, RightsReader, type Access } from '../access/access-questions.js';
import { actorOf } from '../access/admin-actor.js';
import { Requires } from '../access/admin-right.js';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_SETTINGS } from '../admin.tokens.js';
import { AccessModel } from '../openapi/operation-models.js';
import { Described } from '../openapi/described.decorator.js';

export class AccessController {
  constructor(
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    @Inject(RightsReader) private readonly rights: RightsReader,
  ) {}

  @Get()
  @Requires('view')
  @Described('Which rights this request has, and whose it is', AccessModel)
  async get(@Asked() request: unknown[]): Promise<Access> {
    // Guards may leave something else on the request when they are asked again.
    const actor = actorOf(request[0] as AdminRequest, this.settings);
    return { rights: await this.rights.of(request), ...(actor !== undefined && { actor }) };
  }
}
