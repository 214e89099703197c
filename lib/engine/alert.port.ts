import type { AuditEntry } from './dead-letter.port.js';

/** What a person does, for the audit. */
export type AuditLine = Pick<AuditEntry, 'action' | 'actor' | 'reason' | 'target' | 'before' | 'after'>;

/** An alert as it stands in the store; the text is the monitoring's own. */
export interface KeptAlert {
  readonly key: string;
  /** Rises with every write. */
  readonly revision: number;
  readonly text: string;
}

export interface AlertWrite {
  readonly key: string;
  /** The one that the writer has seen; 0 for an alert that is not to be there yet. */
  readonly revision: number;
  /** Absent: the alert is to go. */
  readonly text?: string;
}

/**
 * What the writer has seen is not so any more (`outdated`), or the outbox entries had been counted before (`counted`). Both times
 * nothing was written.
 */
export type AlertWritten = 'written' | 'outdated' | 'counted';

/** What is wrong and whom it was told, the same for every process. */
export interface JobAlerts {
  keptAlerts(queue: string): Promise<readonly KeptAlert[]>;

  /**
   * All of them or none, together with the mark of the outbox entries that they count (an entry is counted once) and with the line
   * in the audit, where a person wants it.
   */
  writeAlerts(
    queue: string,
    writes: readonly AlertWrite[],
    entryIds?: readonly string[],
    line?: AuditLine,
  ): Promise<AlertWritten>;
}

/** No queue has this name: what is wrong with the store itself stands under it. */
export const STORE_ALERTS = '~store';
