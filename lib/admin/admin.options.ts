import type { CanActivate, ModuleMetadata, Type } from '@nestjs/common';
import type { Duration } from '../core/duration.js';
import type { AdminRight } from './access/admin-right.js';

/**
 * What is read of a request, of Express and of Fastify alike. `user` is where guards put who was let in.
 *
 * @example
 * const isFromOps = ({ headers }: AdminRequest): boolean => headers['x-team'] === 'ops';
 * @publicApi
 */
export interface AdminRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly user?: unknown;
}

/**
 * The admin's routes: where they are, who may use them, and under which name. At least one of `guards` and `authorize` must be
 * given; without, nothing starts.
 *
 * @example
 * @Injectable()
 * class OpsGuard implements CanActivate {
 *   canActivate(context: ExecutionContext): boolean {
 *     return context.switchToHttp().getRequest<AdminRequest>().headers['x-team'] === 'ops';
 *   }
 * }
 * const admin: AdminOptions = { path: 'admin/jobs', guards: [OpsGuard], actor: ({ headers }) => String(headers['x-user']) };
 * @publicApi
 */
export interface AdminOptions {
  /** Below the application's global prefix, without placeholders. Default `admin/jobs`. */
  readonly path?: string;
  /** Modules that export what the guards inject. */
  readonly imports?: ModuleMetadata['imports'];
  /** Run before every route, in this order. `requiredAdminRight(context)` tells a guard what a route asks for. */
  readonly guards?: readonly (Type<CanActivate> | CanActivate)[];
  /** More decorators for every controller, for example `ApiBearerAuth()`. */
  readonly decorators?: readonly ClassDecorator[];
  /** The last word on each request, after the guards. Anything but `true` refuses it. Default: what the guards let in may do all. */
  authorize?(request: AdminRequest, right: AdminRight): boolean | Promise<boolean>;
  /**
   * The name that stands in the audit. Default: `email`, `username`, `name`, `sub` or `id` of `request.user`, or `request.user`
   * itself. Whoever has no name changes nothing.
   */
  actor?(request: AdminRequest): string | undefined;
  /**
   * Where people reach the admin, for example `https://ops.example.org/admin/jobs`. Needed where a proxy changes the `Host`, and for
   * links in alerts.
   */
  readonly publicUrl?: string;
  /** How many changes one person may ask for in a span, in each process. Default 60 a minute. */
  readonly mutations?: { readonly max: number; readonly per: Duration };
}
