/** The payload of every job: about 270 bytes of JSON. */
export interface Order {
  /** From 0 on, so that each job can be ticked off in a list. */
  readonly n: number;
  /** The idempotency key here, the deduplication id there. */
  readonly id: string;
  readonly customer: { readonly name: string; readonly email: string };
  readonly items: readonly { readonly sku: string; readonly quantity: number }[];
  readonly total: number;
  readonly currency: string;
  readonly note: string;
  readonly at: number;
}

export function orderOf(n: number): Order {
  return {
    n,
    id: `order-${String(n).padStart(7, '0')}`,
    customer: { name: 'Ada Lovelace', email: 'ada@example.com' },
    items: [
      { sku: 'A-1', quantity: 2 },
      { sku: 'B-2', quantity: 1 },
    ],
    total: 12_345,
    currency: 'EUR',
    note: 'please ring twice, the bell is quiet and the dog is loud',
    at: 1_700_000_000_000 + n,
  };
}

/** The orders from number `from` up to `to`, which is not among them. */
export function ordersOf(from: number, to: number): Order[] {
  return Array.from({ length: to - from }, (_, index) => orderOf(from + index));
}
