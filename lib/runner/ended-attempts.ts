import type { Settlement } from '../engine/consumer.port.js';
import type { RunningAttempt } from './running-attempt.js';
import { settlementOf, type SettlementTerms } from './settlement.js';

/** What one call to the store may carry. */
const MOST_PER_TURN = 500;
const MOST_TEXT_PER_TURN = 768 * 1024;

/** Attempts that ended and of which the store has not been told yet. */
export class EndedAttempts {
  private waiting: RunningAttempt[] = [];

  constructor(private readonly terms: SettlementTerms) {}

  get length(): number {
    return this.waiting.length;
  }

  add(attempt: RunningAttempt): void {
    this.waiting.push(attempt);
  }

  /** As many as one turn carries, oldest first: the attempts and, in the same order, what the store is told of them. */
  take(storeNow: number): {
    readonly attempts: readonly RunningAttempt[];
    readonly settlements: readonly Settlement[];
  } {
    const settlements: Settlement[] = [];
    let text = 0;
    for (const attempt of this.waiting) {
      if (settlements.length === MOST_PER_TURN || text > MOST_TEXT_PER_TURN) break;
      const settlement = settlementOf(attempt, this.terms, storeNow);
      settlements.push(settlement);
      text += textLength(settlement);
    }
    const attempts = this.waiting.slice(0, settlements.length);
    this.waiting = this.waiting.slice(settlements.length);
    return { attempts, settlements };
  }
}

function textLength(settlement: Settlement): number {
  switch (settlement.kind) {
    case 'completed':
      return settlement.result?.length ?? 0;
    case 'released':
      return 0;
    default:
      return settlement.entry?.length ?? 0;
  }
}
