import { ForbiddenException, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_SETTINGS } from '../admin.tokens.js';
import { TooManyMutations } from '../problems/too-many-mutations.js';
import { isQuestion } from './access-questions.js';
import { actorOf, rememberActor } from './admin-actor.js';
import { requiredAdminRight } from './admin-right.js';
import { RateWindow } from './rate-window.js';

/** The last of the guards: a change has somebody's name, and nobody changes things faster than a person would. */
@Injectable()
export class OperatorGuard implements CanActivate {
  private readonly windows: RateWindow;

  constructor(
    @Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings,
    private readonly host: HttpAdapterHost,
  ) {
    const { max, perMs } = settings.mutations;
    this.windows = new RateWindow(max, perMs);
  }

  canActivate(context: ExecutionContext): true {
    if (requiredAdminRight(context) !== 'operate') return true;
    const request = context.switchToHttp().getRequest<AdminRequest>();
    const actor = actorOf(request, this.settings);
    if (actor === undefined)
      throw new ForbiddenException('nobody knows your name, and it must stand in the audit: set admin.actor');
    if (isQuestion(context)) return true;
    const waitMs = this.windows.take(actor, performance.now());
    if (waitMs > 0) {
      const response = context.switchToHttp().getResponse<unknown>();
      this.host.httpAdapter.setHeader(response, 'Retry-After', String(Math.ceil(waitMs / 1_000)));
      throw new TooManyMutations();
    }
    rememberActor(request, actor);
    return true;
  }
}
