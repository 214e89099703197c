import { setTimeout as pause } from 'node:timers/promises';
import type { Order } from '../orders/order.schema.js';
import { total, type JobFigures } from './job-figures.js';
import { feedOrders, type FeedResult } from './order-feed.js';
import { Progress } from './progress.js';
import type { RunningShop } from './running-shop.js';
import type { Screen } from './screen.js';

const LOOK_EVERY_MS = 150;

/** Resolves when nothing is left to do, or `stop` aborts. */
export async function untilQuiet(
  shop: RunningShop,
  stop: AbortSignal,
  show: (figures: readonly JobFigures[]) => void = () => undefined,
  isFed: () => boolean = () => true,
): Promise<void> {
  // Quiet twice: between a look at one queue and at the next, a job may have handed on to another.
  for (let quiet = 0; quiet < 2 && !stop.aborted; await pause(LOOK_EVERY_MS)) {
    const figures = await shop.figures.read();
    show(figures);
    quiet = isFed() && total(figures, 'live') === 0 ? quiet + 1 : 0;
  }
}

/** Feeds the orders and shows the progress until nothing is left to do, or `stop` aborts. */
export async function workThrough(
  orders: readonly Order[],
  shop: RunningShop,
  screen: Screen,
  stop: AbortSignal,
): Promise<FeedResult> {
  const progress = new Progress(screen, orders.length);
  let isFed = false;
  const failed = new AbortController();

  const feed = async (): Promise<FeedResult> => {
    try {
      const result = await feedOrders(orders, (order) => shop.orders.place(order), stop);
      isFed = true;
      return result;
    } catch (error) {
      failed.abort();
      throw error;
    }
  };
  const watch = untilQuiet(
    shop,
    AbortSignal.any([stop, failed.signal]),
    (figures) => progress.show(figures),
    () => isFed,
  );
  const [result] = await Promise.all([feed(), watch]);
  progress.end(await shop.figures.read());
  return result;
}
