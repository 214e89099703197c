import { parseJobId } from '../../core/job-id.js';
import { namedActor, type Actor } from '../../core/named-actor.js';
import { OptionChecks } from '../../core/option-checks.js';
import { operation } from './operation-body.js';

/** Dead letters that somebody picked, with who asked and why. */
export interface Selected {
  readonly ids: readonly string[];
  readonly by: Actor;
}

const MOST_IDS = 100;

/**
 * All of it is looked at before anything is done, so that a body is taken as it is or not at all.
 *
 * @throws VigilError `ADMIN_BODY_INVALID`, `ACTOR_AND_REASON_REQUIRED`
 */
export function selected(body: unknown, actor: string, place: string): Selected {
  const { ids, ...by } = operation<{ ids: unknown }>(body, actor, ['ids']);
  const checks = new OptionChecks('the body of the request', 'ADMIN_BODY_INVALID');
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_IDS)
    checks.fail(`ids must be a list of 1 to ${MOST_IDS} ids. For more, begin a plan.`);
  const seen = new Set<string>();
  for (const [n, id] of (ids as unknown[]).entries()) {
    const text = checks.text(`ids[${n}]`, id);
    if (seen.has(text)) checks.fail(`ids[${n}] stands there twice.`);
    if (!isJobId(text)) checks.fail(`ids[${n}] is '${text.slice(0, 80)}', which is no job id.`);
    seen.add(text);
  }
  return { ids: [...seen], by: namedActor(by, place) };
}

function isJobId(id: string): boolean {
  try {
    return parseJobId(id) !== undefined;
  } catch {
    return false;
  }
}
