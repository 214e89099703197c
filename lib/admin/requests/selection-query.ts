import { OptionChecks } from '../../core/option-checks.js';
import type { DeadLetterSelection } from '../../dead-letters/selection.js';
import { instantOf } from './instant-of.js';
import type { ListQuery } from './list-query.js';

const TEXTS = ['queue', 'name', 'group', 'reason', 'errorName', 'text'] as const;
const TIMES = ['buriedAfter', 'buriedBefore'] as const;
export const SELECTION = [...TEXTS, 'httpStatus', ...TIMES] as const;

/** A selection as it stands in a query; what each may be is checked where it is used. */
export function selectionOf(query: ListQuery): DeadLetterSelection {
  const httpStatus = query.number('httpStatus');
  return {
    ...given(TEXTS.map((name) => [name, query.text(name)])),
    ...(httpStatus !== undefined && { httpStatus }),
    ...given(TIMES.map((name) => [name, query.instant(name)])),
  };
}

/** The same as it stands in a body, where times may be texts. */
export function selectionIn(body: unknown): DeadLetterSelection {
  const checks = new OptionChecks('the body of the request', 'ADMIN_BODY_INVALID');
  checks.knownOptions(body, SELECTION, 'selection');
  const selection = body as Readonly<Partial<Record<string, unknown>>>;
  const times = TIMES.map((name): [string, unknown] => {
    const value = selection[name];
    if (typeof value !== 'string') return [name, value];
    const ms = instantOf(value);
    return [name, ms ?? checks.fail(`selection.${name} is '${value.slice(0, 80)}', which is no time.`)];
  });
  return { ...selection, ...given(times) };
}

function given(entries: readonly [string, unknown][]): object {
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}
