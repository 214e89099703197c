import { SetMetadata, type ExecutionContext } from '@nestjs/common';

/**
 * What somebody may do: `view` all but payloads and results, `view-payload` those too (secrets are left out all the same),
 * `operate`: change something.
 *
 * @example
 * const needsDuty = (right: AdminRight): boolean => right === 'operate';
 * @publicApi
 */
export type AdminRight = 'view' | 'view-payload' | 'operate';

/** By its name, so that guards of another copy of the package find it. */
const RIGHT = 'nestjs-vigil:admin-right';

/** Says what a route asks for. A route without it lets nobody in. */
export const Requires = (right: AdminRight): MethodDecorator => SetMetadata(RIGHT, right);

/**
 * For guards: the right that the route asks for; undefined on routes that are not the admin's.
 *
 * @example
 * class DutyGuard implements CanActivate {
 *   canActivate(context: ExecutionContext): boolean {
 *     const { user } = context.switchToHttp().getRequest<{ user?: { onDuty: boolean } }>();
 *     return user !== undefined && (requiredAdminRight(context) === 'view' || user.onDuty);
 *   }
 * }
 * @publicApi
 */
export function requiredAdminRight(context: ExecutionContext): AdminRight | undefined {
  return Reflect.getMetadata(RIGHT, context.getHandler()) as AdminRight | undefined;
}
