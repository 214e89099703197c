import { ForbiddenException, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';
import { ADMIN_SETTINGS } from '../admin.tokens.js';
import { requiredAdminRight } from './admin-right.js';

/** After the guards of the application: asks `authorize` for the right that the route needs. */
@Injectable()
export class RightGuard implements CanActivate {
  constructor(@Inject(ADMIN_SETTINGS) private readonly settings: AdminSettings) {}

  async canActivate(context: ExecutionContext): Promise<true> {
    const right = requiredAdminRight(context);
    if (right === undefined) throw new ForbiddenException('this route names no right, so it is closed');
    const { authorize } = this.settings;
    const answer: unknown = !authorize || (await authorize(context.switchToHttp().getRequest<AdminRequest>(), right));
    // What is merely truthy may be an object that says no.
    if (answer === true) return true;
    throw new ForbiddenException(`it takes the right to ${right}`);
  }
}
