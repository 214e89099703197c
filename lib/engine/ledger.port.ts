import type { TypeStats } from './inspector.port.js';

/**
 * Something in the store that no sequence of its own moves can lead to.
 *
 * - `difference`: what was accepted is not the sum of what is there and what ended (`amount` is accepted minus the sum)
 * - `lost-members`: jobs stand in a list, among the active, the scheduled or the dead, and their records are gone or say otherwise
 * - `skipped-members`: claims met members in a list whose records were gone
 * - `homeless-records`: records of live or dead jobs that stand nowhere
 * - `dead-without-summary`: dead letters and their summaries do not go together
 * - `unlisted`: counters of a type that the list of types does not name
 * - `schedule`: a type's earliest due time is not the one that promotion goes by
 *
 * @example
 * const lost = (finding: LedgerFinding): boolean => finding.what === 'difference' && finding.amount > 0;
 * @publicApi
 */
export interface LedgerFinding {
  readonly what:
    | 'difference'
    | 'lost-members'
    | 'skipped-members'
    | 'homeless-records'
    | 'dead-without-summary'
    | 'unlisted'
    | 'schedule';
  readonly type: string;
  readonly version: number;
  readonly amount: number;
  /** Of the jobs concerned, as far as they can be known: at most 20. */
  readonly ids: readonly string[];
}

/**
 * The ledger of one queue at one instant: for every job type at every version, what was accepted and where it is.
 *
 * @example
 * const isSound = (reading: LedgerReading): boolean => reading.findings.length === 0;
 * @publicApi
 */
export interface LedgerReading {
  readonly queue: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly at: number;
  readonly types: readonly Omit<TypeStats, 'paused'>[];
  readonly findings: readonly LedgerFinding[];
}

/** What keeps the store's own books under watch. */
export interface JobLedger {
  /**
   * Reads what was accepted and where it is, in one consistent look per queue, and a sample of the members behind the figures.
   * Changes nothing. Without tampering or loss there are never any findings, whatever is going on.
   */
  readLedger(queue: string): Promise<LedgerReading>;

  /**
   * Keeps the reading as the last one. Findings that the one before did not have raise one alert, `queue.ledger-broken`, written
   * in the same move; what goes on is not told again.
   * @returns whether an alert was written
   */
  keepLedger(reading: LedgerReading): Promise<boolean>;

  /** The last reading that anybody kept. */
  lastLedger(queue: string): Promise<LedgerReading | undefined>;

  /** Lets one caller through in each span of `everyMs`, over all processes. */
  takeDuty(queue: string, duty: string, everyMs: number): Promise<boolean>;
}
