import type { LoopbackAnswer, Misbehaviour } from './loopback-server.js';

/**
 * What goes wrong with one request:
 *
 * | fault | the server |
 * |---|---|
 * | `error` | answers 500 |
 * | `busy` | answers 429 with `Retry-After: 1` |
 * | `hang` | never answers |
 * | `done-then-drop` | does what it was asked, then drops the connection |
 * | `done-then-hang` | does what it was asked, then never answers |
 */
export type Fault = 'error' | 'busy' | 'hang' | 'done-then-drop' | 'done-then-hang';

/** Order number `first` and every `every`-th after it, and `more` after each, meet these faults, one a request; later requests go well. */
export interface FaultRule {
  readonly first: number;
  readonly every?: number;
  readonly more?: number;
  readonly faults: readonly Fault[];
}

export const PAYMENT_FAULTS: readonly FaultRule[] = [
  { first: 1012, every: 30, faults: ['error'] },
  { first: 1007, every: 50, faults: ['busy'] },
  { first: 1090, every: 170, faults: ['error', 'busy', 'error'] },
  { first: 1033, every: 110, faults: ['hang'] },
  { first: 1021, every: 90, faults: ['done-then-drop'] },
  { first: 1110, faults: ['done-then-hang'] },
  // While the shop stays open: the bank is away for a while.
  { first: 3060, every: 400, more: 30, faults: ['error', 'error'] },
];

export const MAIL_FAULTS: readonly FaultRule[] = [
  { first: 1019, every: 60, faults: ['error'] },
  { first: 1041, every: 90, faults: ['busy'] },
];

export const PARTNER_FAULTS: readonly FaultRule[] = [
  { first: 1005, every: 60, faults: ['error'] },
  { first: 1070, every: 120, faults: ['error', 'error'] },
  { first: 1180, faults: ['hang', 'hang', 'hang', 'hang'] },
];

/** Decided by the order and by how often it was asked for, never by chance: every run tells the same story. */
export class FaultSchedule {
  private readonly requests = new Map<string, number>();

  constructor(private readonly rules: readonly FaultRule[]) {}

  /** Answers one request for the order with `serve`, or with what the schedule has for it. */
  answer(orderId: string, serve: () => LoopbackAnswer): LoopbackAnswer | Misbehaviour {
    switch (this.next(orderId)) {
      case 'error':
        return { status: 500, body: { error: 'internal_error' } };
      case 'busy':
        return { status: 429, headers: { 'retry-after': '1' }, body: { error: 'too_many_requests' } };
      case 'hang':
        return 'hang';
      case 'done-then-drop':
        serve();
        return 'drop';
      case 'done-then-hang':
        serve();
        return 'hang';
      case undefined:
        return serve();
    }
  }

  private next(orderId: string): Fault | undefined {
    const before = this.requests.get(orderId) ?? 0;
    this.requests.set(orderId, before + 1);
    const number = Number(orderId.replace(/\D/g, ''));
    return this.rules.find((rule) => meets(rule, number))?.faults[before];
  }
}

function meets({ first, every, more = 0 }: FaultRule, number: number): boolean {
  return number >= first && (every === undefined ? number - first : (number - first) % every) <= more;
}
