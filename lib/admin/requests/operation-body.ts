import { OptionChecks } from '../../core/option-checks.js';
import type { Actor } from '../../engine/inspector.port.js';

/**
 * The fields of a body, with who asked. The reason comes from the request, the name never.
 *
 * @throws VigilError `ADMIN_BODY_INVALID`
 */
export function operation<T extends object = object>(
  body: unknown,
  actor: string,
  known: readonly (string & keyof T)[] = [],
): Actor & Partial<T> {
  const checks = new OptionChecks('the body of the request', 'ADMIN_BODY_INVALID');
  checks.knownOptions(body, ['reason', ...known]);
  const { reason, ...fields } = body as { reason?: unknown };
  if (reason !== undefined && typeof reason !== 'string') checks.fail('reason must be a text.');
  return { ...(fields as Partial<T>), actor, reason: (reason ?? '') as string };
}

/** @throws VigilError `ADMIN_BODY_INVALID` */
export function checkedAction(action: unknown): 'replay' | 'resolve' {
  return new OptionChecks('the body of the request', 'ADMIN_BODY_INVALID').oneOf('action', action, [
    'replay',
    'resolve',
  ]);
}
