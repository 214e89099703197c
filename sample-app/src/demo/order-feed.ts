import { setTimeout as pause } from 'node:timers/promises';
import type { EnqueueReceipt } from 'nestjs-vigil';
import type { Order } from '../orders/order.schema.js';

export interface FeedResult {
  readonly placed: readonly Order[];
  /** How many of them were sent a second time. */
  readonly again: number;
  /** How many of those were answered `duplicate`. */
  readonly duplicates: number;
  /** Duplicates whose payload was another one than the first time. */
  readonly changed: number;
}

type Place = (order: Order) => Promise<EnqueueReceipt<unknown>>;

const AT_ONCE = 20;
const PAUSE_MS = 150;
/** Of the orders that come twice, every fifth comes with another amount. */
const CHANGED_EVERY = 5;

/** Sends the orders in small crowds, the last of each crowd twice, until they are all placed or `stop` aborts. */
export async function feedOrders(orders: readonly Order[], place: Place, stop: AbortSignal): Promise<FeedResult> {
  const placed: Order[] = [];
  const repeats: EnqueueReceipt<unknown>[] = [];
  for (let from = 0; from < orders.length && !stop.aborted; from += AT_ONCE) {
    const crowd = orders.slice(from, from + AT_ONCE);
    await Promise.all(crowd.map((order) => place(order)));
    placed.push(...crowd);
    for (const order of crowd.slice(-1)) {
      const changed = repeats.length % CHANGED_EVERY === 0;
      repeats.push(await place(changed ? { ...order, amount: order.amount + 500 } : order));
    }
    await pause(PAUSE_MS);
  }
  return {
    placed,
    again: repeats.length,
    duplicates: repeats.filter((receipt) => receipt.status === 'duplicate').length,
    changed: repeats.filter((receipt) => receipt.payloadChanged).length,
  };
}
