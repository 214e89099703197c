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
/** The customer pressed the button twice. */
const TWICE_EVERY = 20;
/** And had changed the amount meanwhile. */
const CHANGED_EVERY = 100;

/** Sends the orders in small crowds, some of them twice, until they are all placed or `stop` aborts. */
export async function feedOrders(orders: readonly Order[], place: Place, stop: AbortSignal): Promise<FeedResult> {
  const placed: Order[] = [];
  const repeats: EnqueueReceipt<unknown>[] = [];
  for (let from = 0; from < orders.length && !stop.aborted; from += AT_ONCE) {
    const crowd = orders.slice(from, from + AT_ONCE);
    await Promise.all(crowd.map((order) => place(order)));
    placed.push(...crowd);

    const twice = crowd.filter((_, n) => (from + n + 1) % TWICE_EVERY === 0);
    repeats.push(...(await Promise.all(twice.map((order, n) => place(changeSome(order, from + n + 1))))));
    await pause(PAUSE_MS);
  }
  return {
    placed,
    again: repeats.length,
    duplicates: repeats.filter((receipt) => receipt.status === 'duplicate').length,
    changed: repeats.filter((receipt) => receipt.payloadChanged).length,
  };
}

function changeSome(order: Order, position: number): Order {
  return position % CHANGED_EVERY === 1 ? { ...order, amount: order.amount + 500 } : order;
}
