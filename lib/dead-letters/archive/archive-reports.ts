/**
 * A line of an archive that was left where it is.
 *
 * @example
 * const told = ({ line, id, why }: RefusedLine): string => `line ${line} (${id ?? 'no id'}): ${why}`;
 * @publicApi
 */
export interface RefusedLine {
  /** From 1. */
  readonly line: number;
  /** Of the job, as far as the line tells. */
  readonly id?: string;
  readonly why: string;
}

/**
 * What became of an archive that was read.
 *
 * @example
 * const isWhole = ({ complete, refusedLines }: ArchiveReport): boolean => complete && refusedLines === 0;
 * @publicApi
 */
export interface ArchiveReport {
  /** Dead letters that were imported, or resolved. */
  readonly done: number;
  /** There was nothing to do: imported before, or not dead any more. */
  readonly already: number;
  readonly refusedLines: number;
  /** The first hundred of them. */
  readonly refused: readonly RefusedLine[];
  /** The archive was read to its end, which tells the right number of letters. */
  readonly complete: boolean;
}
