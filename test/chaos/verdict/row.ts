/** What one scenario came to. */
export interface Row {
  /** Those of unknown outcome that are there included. */
  readonly accepted: number;
  readonly completed: number;
  readonly dead: number;
  /** Cancelled and resolved. */
  readonly otherEnds: number;
  /** Jobs of which an enqueue did not know whether it was accepted; how many were accepted by a repetition, and how many of the rest are there. */
  readonly unknown: number;
  readonly unknownRepeated: number;
  readonly unknownThere: number;
  readonly refused: number;
  readonly lost: number;
  readonly staleAccepted: number;
  readonly staleRefused: number;
  /** Beginnings in vain, by why. */
  readonly again: ReadonlyMap<string, number>;
}

/** A row with its name, and what the scenario itself measured. */
export interface Line {
  readonly name: string;
  readonly row: Row;
  readonly seconds: number;
  readonly note?: string;
}

const TITLES = [
  ...['scenario', 'accepted', 'completed', 'dead', 'unknown', 'lost', 'stale writes accepted', 'refused'],
  ...['run more than once', 's', 'measured'],
];

/** For a terminal and for Markdown. */
export function tableOf(lines: readonly Line[]): string {
  const rows = lines.map(cellsOf);
  const widths = TITLES.map((title, n) => Math.max(title.length, ...rows.map((row) => row[n].length)));
  const write = (cells: readonly string[]): string =>
    `| ${cells.map((cell, n) => cell.padEnd(widths[n])).join(' | ')} |`;
  return [write(TITLES), `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`, ...rows.map(write)].join('\n');
}

function cellsOf({ name, row, seconds, note = '' }: Line): string[] {
  const { accepted, completed, dead, otherEnds, lost, staleAccepted, staleRefused, refused } = row;
  return [
    ...[
      name,
      String(accepted),
      String(completed),
      otherEnds > 0 ? `${dead} (+${otherEnds} ended otherwise)` : String(dead),
    ],
    unknownText(row),
    ...[String(lost), String(staleAccepted), String(staleRefused), againText(row.again), seconds.toFixed(1)],
    [refused > 0 ? `${refused} refused` : '', note].filter(Boolean).join('; '),
  ];
}

function unknownText({ unknown, unknownRepeated, unknownThere }: Row): string {
  if (unknown === 0) return '0';
  const left = unknown - unknownRepeated;
  const parts = [
    ...(unknownRepeated > 0 ? [`${unknownRepeated} accepted when repeated`] : []),
    ...(left > 0 ? [`${unknownThere} there`, `${left - unknownThere} not`] : []),
  ];
  return `${unknown} (${parts.join(', ')})`;
}

function againText(again: Row['again']): string {
  const all = [...again.values()].reduce((sum, count) => sum + count, 0);
  return all === 0 ? '0' : `${all} (${[...again].map(([why, count]) => `${why} ${count}`).join(', ')})`;
}
