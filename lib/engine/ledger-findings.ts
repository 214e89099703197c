import type { TypeStats } from './inspector.port.js';
import type { LedgerFinding, LedgerReading } from './ledger.port.js';

/** Ids told of one finding. */
export const MOST_LEDGER_IDS = 20;

/** What one consistent look tells of a type at one version. */
export interface LedgerLine extends Omit<TypeStats, 'paused'> {
  /** Members that claims skipped although nobody had left them behind. */
  readonly skipped: number;
  readonly summaries: number;
  /** Whether promotion goes by the earliest due time. */
  readonly isDueRight: boolean;
  /** Whether the list of types names it. */
  readonly isListed: boolean;
}

export type LedgerSum = Pick<
  TypeStats,
  'accepted' | 'scheduled' | 'waiting' | 'active' | 'dead' | 'completed' | 'cancelled' | 'resolved'
>;

/** Accepted minus all that it can have become: 0 in a sound store. */
export function ledgerDifference(line: LedgerSum): number {
  const { accepted, scheduled, waiting, active, dead, completed, cancelled, resolved } = line;
  return accepted - scheduled - waiting - active - dead - completed - cancelled - resolved;
}

/** What the figures alone tell; the members behind them are looked at elsewhere. */
export function findingsOf({ skipped, summaries, isDueRight, isListed, ...line }: LedgerLine): LedgerFinding[] {
  const { type, version } = line;
  const amounts: [LedgerFinding['what'], number][] = [
    ['difference', ledgerDifference(line)],
    ['skipped-members', skipped],
    ['dead-without-summary', line.dead - summaries],
    ['schedule', isDueRight ? 0 : 1],
    ['unlisted', isListed ? 0 : 1],
  ];
  return amounts.flatMap(([what, amount]) => (amount === 0 ? [] : [{ what, type, version, amount, ids: [] }]));
}

export function statsOfLine(line: LedgerLine): Omit<TypeStats, 'paused'> {
  const { skipped: _skipped, summaries: _summaries, isDueRight: _due, isListed: _listed, ...stats } = line;
  return stats;
}

/** What is wrong, without how much: the same again is not told again. Empty when nothing is. */
export function ledgerTrouble({ findings }: Pick<LedgerReading, 'findings'>): string {
  const parts = findings.map(({ what, type, version }) => `${what} ${type}@${version}`);
  return [...new Set(parts)].sort().join('\n');
}

/** Whether `trouble` holds something that `before` did not. */
export function isNewTrouble(trouble: string, before: string): boolean {
  const known = new Set(before.split('\n'));
  return trouble !== '' && trouble.split('\n').some((part) => !known.has(part));
}
