import { setTimeout as until } from 'node:timers/promises';
import { Delivery } from '../delivery.js';
import { quantile } from '../median.js';
import { ordersOf } from '../order.js';
import type { Field, Sample, Size } from '../scenario.js';

/** Of the first ones nothing is measured: connections and code warm up. */
const UNTIMED = 20;

/**
 * Milliseconds from asking for a job to the start of its handler, on a queue that is idle. The jobs come by a timetable
 * that waits for nothing, so that a slow one does not keep others from being timed; its gaps of 5 to 14 ms do not beat
 * with any timer's period.
 */
export async function pickup({ contestant, url, prefix }: Field, { pickups }: Size): Promise<Sample> {
  const orders = ordersOf(0, pickups + UNTIMED);
  const delivery = new Delivery(orders.length);
  const asked: number[] = [];
  const waited: number[] = [];
  const contest = await contestant.open({
    ...{ url, prefix, concurrency: 100 },
    handle: (order) => {
      waited[order.n] = performance.now() - (asked[order.n] ?? NaN);
      delivery.handle(order);
    },
  });
  await contest.start();
  globalThis.gc?.();
  const sent: Promise<unknown>[] = [];
  for (const order of orders) {
    await until(5 + ((order.n * 7) % 10));
    asked.push(performance.now());
    sent.push(contest.enqueue(order));
  }
  await Promise.all([...sent, delivery.until(orders.length)]);
  await contest.stop();
  const delivered = delivery.exact(orders.length, await contest.left());
  await contest.close();
  const timed = waited.slice(UNTIMED);
  return { figures: { pickupP50: [quantile(timed, 0.5)], pickupP99: [quantile(timed, 0.99)] }, delivered };
}
