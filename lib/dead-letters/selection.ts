import { BURIAL_REASONS, type BurialReason } from '../core/job-state.js';
import { NAME_PATTERN } from '../core/job-id.js';
import { OptionChecks } from '../core/option-checks.js';
import type { DeadLetterFilter, DeadLetterGroupFilter } from '../engine/dead-letter.port.js';

/**
 * Which dead letters are meant: all that fit everything given.
 *
 * @example
 * const selection: DeadLetterSelection = { queue: 'billing', httpStatus: 400, buriedAfter: new Date('2026-11-26') };
 * @publicApi
 */
export interface DeadLetterSelection {
  readonly queue?: string;
  /** The job's name. */
  readonly name?: string;
  /** One cause: `group` of a dead letter or of a `DeadLetterGroup`. */
  readonly group?: string;
  readonly reason?: BurialReason;
  /** The error's class, as `errorName` shows it. */
  readonly errorName?: string;
  readonly httpStatus?: number;
  /** From this instant on: a Date, or milliseconds since the epoch; by the store's clock. */
  readonly buriedAfter?: Date | number;
  /** Up to this instant, without it. */
  readonly buriedBefore?: Date | number;
  /** Stands in the id, the idempotency key, the error's class or its message, as it is, in upper or lower case. */
  readonly text?: string;
}

/**
 * Which groups of dead letters.
 *
 * @example
 * const selection: DeadLetterGroupSelection = { queue: 'billing' };
 * @publicApi
 */
export type DeadLetterGroupSelection = Pick<DeadLetterSelection, 'queue' | 'name'>;

const OF_GROUPS = ['queue', 'name'] as const;
const MARKS = ['group', 'reason', 'errorName', 'httpStatus', 'buriedAfter', 'buriedBefore', 'text'] as const;
const LONGEST_TEXT = 200;
const NAME_RULE = 'Give its name as it was declared.';

/** @throws VigilError `DEAD_LETTER_SELECTION_INVALID` */
export function groupFilterOf(
  { perHour, ...selection }: DeadLetterGroupSelection & { readonly perHour?: boolean },
  place: string,
): DeadLetterGroupFilter {
  const checks = new OptionChecks(place, 'DEAD_LETTER_SELECTION_INVALID');
  checks.knownOptions(selection, OF_GROUPS);
  const isPerHour = perHour !== undefined && checks.boolean('perHour', perHour);
  return { ...ofQueueAndType(selection, checks), ...(isPerHour && { perHour: true }) };
}

/** @throws VigilError `DEAD_LETTER_SELECTION_INVALID` */
export function filterOf(selection: DeadLetterSelection, place: string): DeadLetterFilter {
  const checks = new OptionChecks(place, 'DEAD_LETTER_SELECTION_INVALID');
  checks.knownOptions(selection, [...OF_GROUPS, ...MARKS]);
  const { group, reason, errorName, httpStatus, text } = selection;
  const buriedAfter = instant('buriedAfter', selection.buriedAfter, checks);
  const buriedBefore = instant('buriedBefore', selection.buriedBefore, checks);
  if (buriedAfter !== undefined && buriedBefore !== undefined && buriedAfter >= buriedBefore)
    checks.fail('buriedAfter is not before buriedBefore, so nothing could match. Exchange them.');
  if (text !== undefined && checks.text('text', text).length > LONGEST_TEXT)
    checks.fail(`text is longer than ${LONGEST_TEXT} characters. Give a part of it.`);
  return {
    ...ofQueueAndType(selection, checks),
    ...(group !== undefined && {
      group: checks.matching('group', group, /^[^~\n]{1,64}$/, 'Give the group of a dead letter, unchanged.'),
    }),
    ...(reason !== undefined && { reason: checks.oneOf('reason', reason, BURIAL_REASONS) }),
    ...(errorName !== undefined && { errorName: checks.text('errorName', errorName) }),
    ...(httpStatus !== undefined && { httpStatus: checks.whole('httpStatus', httpStatus, 100, 999) }),
    ...(buriedAfter !== undefined && { buriedAfter }),
    ...(buriedBefore !== undefined && { buriedBefore }),
    ...(text !== undefined && { text }),
  };
}

function ofQueueAndType({ queue, name }: DeadLetterGroupSelection, checks: OptionChecks): DeadLetterGroupFilter {
  return {
    ...(queue !== undefined && { queue: checks.matching('queue', queue, NAME_PATTERN, NAME_RULE) }),
    ...(name !== undefined && { type: checks.matching('name', name, NAME_PATTERN, NAME_RULE) }),
  };
}

/** In whole milliseconds, up to which nothing is lost: the store's times are whole, too. */
function instant(name: string, value: Date | number | undefined, checks: OptionChecks): number | undefined {
  if (value === undefined) return undefined;
  const ms = value instanceof Date ? value.getTime() : value;
  if (typeof ms === 'number' && Number.isFinite(ms) && ms >= 0) return Math.ceil(ms);
  return checks.fail(
    `${name} is ${value instanceof Date ? 'an invalid Date' : String(value)}; give a Date, or milliseconds since the epoch.`,
  );
}
