import { CRON_LINES_MS } from './store-limits.js';

/**
 * Texts of the history of a cron entry by the names of their lines, the newest slot first: `slot:operation`, behind it `:l<life>` for a
 * run that was replayed, and `:<attempt>` for an attempt that another followed. Lines that are too old are left out, whether or not
 * anything was written since.
 */
export function newestLinesFirst(lines: Iterable<readonly [field: string, text: string]>, now: number): string[] {
  return [...lines]
    .map(([field, text]) => ({ ...placeOf(field), text }))
    .filter(({ slot }) => slot >= now - CRON_LINES_MS)
    .sort((a, b) => b.slot - a.slot || (a.op < b.op ? -1 : a.op > b.op ? 1 : b.life - a.life || b.attempt - a.attempt))
    .map(({ text }) => text);
}

export function slotOfLine(field: string): number {
  return Number(field.slice(0, field.indexOf(':')));
}

/** The attempt that a run ended with comes after all that have a line of their own. */
function placeOf(field: string): { slot: number; op: string; life: number; attempt: number } {
  const [slot, op = '', ...rest] = field.split(':');
  const life = rest[0]?.startsWith('l') ? Number(rest.shift()!.slice(1)) : 0;
  return { slot: Number(slot), op, life, attempt: rest.length > 0 ? Number(rest[0]) : Infinity };
}
