import { OptionChecks } from '../core/option-checks.js';
import { VigilError } from '../core/vigil.error.js';
import type { AdminOptions } from './admin.options.js';

/** The options, checked and with every default filled in. */
export interface AdminSettings extends Pick<AdminOptions, 'authorize' | 'actor'> {
  readonly path: string;
  readonly publicUrl?: string;
  readonly publicOrigin?: string;
  readonly mutations: { readonly max: number; readonly perMs: number };
}

const OPTIONS = [
  ...['path', 'imports', 'guards', 'decorators', 'authorize', 'actor', 'publicUrl', 'mutations'],
] as readonly (keyof AdminOptions)[];

const DEFAULT_PATH = 'admin/jobs';
/** No placeholders: a route that anything fits would take those of the application. */
const PATH = /^[\w.~-]+(?:\/[\w.~-]+)*$/;
const MOST_MUTATIONS = 1_000_000;

/** @throws VigilError `VIGIL_OPTIONS_INVALID`, `ADMIN_UNGUARDED` */
export function adminSettings(options: AdminOptions): AdminSettings {
  const checks = new OptionChecks('VigilModule: admin', 'VIGIL_OPTIONS_INVALID');
  checks.knownOptions(options, OPTIONS);
  const { path = DEFAULT_PATH, guards = [], decorators = [], publicUrl, mutations } = options;
  for (const hook of ['authorize', 'actor']) {
    const given: unknown = Reflect.get(options, hook);
    if (given !== undefined) checks.fn(hook, given);
  }
  const [authorize, actor] = [options.authorize?.bind(options), options.actor?.bind(options)];
  if (!Array.isArray(guards) || !Array.isArray(decorators)) checks.fail('guards and decorators must be arrays.');
  if (guards.length === 0 && authorize === undefined) throw unguarded();
  if (guards.some((guard) => !isGuard(guard)))
    checks.fail('each of guards must be a class of a guard, or an object with canActivate().');
  return {
    path: checks.matching(
      'path',
      typeof path === 'string' ? path.replace(/^\/+|\/+$/g, '') : path,
      PATH,
      "Write plain segments: 'admin/jobs'.",
    ),
    ...(authorize && { authorize }),
    ...(actor && { actor }),
    ...(publicUrl !== undefined && publicOf(publicUrl, checks)),
    mutations: limitOf(mutations ?? { max: 60, per: '1m' }, checks),
  };
}

function isGuard(guard: unknown): boolean {
  return typeof guard === 'function' || typeof (guard as { canActivate?: unknown } | null)?.canActivate === 'function';
}

function limitOf(mutations: NonNullable<AdminOptions['mutations']>, checks: OptionChecks): AdminSettings['mutations'] {
  checks.knownOptions(mutations, ['max', 'per'], 'mutations');
  return {
    max: checks.whole('mutations.max', mutations.max, 1, MOST_MUTATIONS),
    perMs: checks.duration('mutations.per', mutations.per),
  };
}

function publicOf(publicUrl: string, checks: OptionChecks): Pick<AdminSettings, 'publicUrl' | 'publicOrigin'> {
  if (!/^https?:\/\//.test(String(publicUrl)) || !URL.canParse(publicUrl))
    checks.fail("publicUrl is no address. Write 'https://ops.example.org/admin/jobs'.");
  return { publicUrl: publicUrl.replace(/\/+$/, ''), publicOrigin: new URL(publicUrl).origin };
}

function unguarded(): VigilError {
  return new VigilError(
    'ADMIN_UNGUARDED',
    'VigilModule: admin has neither guards nor authorize, so anybody could replay jobs. Give admin.guards: [YourGuard]; a guard of the whole application does not count, because it may be taken away.',
  );
}
