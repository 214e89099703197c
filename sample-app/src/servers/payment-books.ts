import { randomUUID } from 'node:crypto';

export interface ChargeRequest {
  readonly orderId: string;
  readonly amount: number;
  readonly currency: string;
}

export interface Charge extends ChargeRequest {
  readonly chargeId: string;
  readonly idempotencyKey?: string;
}

/** A shop that stays open for days need not show all of them. */
const MOST_CHARGES = 1_000;

/** What `GET /books` answers. */
export interface BooksPage {
  /** Every time that money was taken, in order, the last thousand. Two entries of one order are a customer charged twice. */
  readonly charges: readonly Charge[];
  /** Requests that repeated a known key and got the first charge again. */
  readonly repeated: number;
}

/**
 * The books of the payment provider. They know nothing of jobs: money is taken for each new idempotency key, and for each
 * request without one, even when the order was paid before.
 */
export class PaymentBooks {
  private readonly charges: Charge[] = [];
  private readonly byKey = new Map<string, Charge>();
  private repeated = 0;

  charge({ orderId, amount, currency }: ChargeRequest, idempotencyKey?: string): Charge {
    const known = idempotencyKey === undefined ? undefined : this.byKey.get(idempotencyKey);
    if (known) {
      this.repeated++;
      return known;
    }
    const charge: Charge = { chargeId: `ch_${randomUUID()}`, orderId, amount, currency, idempotencyKey };
    this.charges.push(charge);
    if (idempotencyKey !== undefined) this.byKey.set(idempotencyKey, charge);
    return charge;
  }

  page(): BooksPage {
    return { charges: this.charges.slice(-MOST_CHARGES), repeated: this.repeated };
  }
}
