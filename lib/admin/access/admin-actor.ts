import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { AdminRequest } from '../admin.options.js';
import type { AdminSettings } from '../admin.settings.js';

const FIELDS = ['email', 'username', 'name', 'sub', 'id'] as const;

/** Who asked, from the guard that looked to the handler that writes it down. A request can not say it of itself. */
const actors = new WeakMap<object, string>();

export function rememberActor(request: AdminRequest, actor: string): void {
  actors.set(request, actor);
}

/** A parameter of a handler that changes something. */
export const Operator = createParamDecorator((_: unknown, context: ExecutionContext): string => {
  const actor = actors.get(context.switchToHttp().getRequest<object>());
  // The guard has seen to it; without its word nothing may be written in anybody's name.
  if (actor === undefined) throw new Error('the admin does not know who asks');
  return actor;
});

/** Whose request it is; undefined for nobody's. */
export function actorOf(request: AdminRequest, { actor }: Pick<AdminSettings, 'actor'>): string | undefined {
  return (actor ? actor(request)?.trim() : actorOfUser(request)) || undefined;
}

/** The name that the usual guards leave on a request. */
function actorOfUser({ user }: AdminRequest): string | undefined {
  if (typeof user !== 'object' || user === null) return nameOf(user);
  for (const field of FIELDS) {
    const name = nameOf((user as Partial<Record<string, unknown>>)[field]);
    if (name !== undefined) return name;
  }
  return undefined;
}

function nameOf(value: unknown): string | undefined {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && text.trim() !== '' ? text.trim() : undefined;
}
