import type { JobOptions, VigilOptions } from 'nestjs-vigil';
import type { Stage } from '../contestant.js';
import type { Order } from '../order.js';

/** Every promise stays on: a spec holds that nothing but the place and the concurrency differs from the defaults. */
export function vigilOptions({ url, prefix, concurrency }: Omit<Stage, 'handle'>): VigilOptions {
  return { redis: url, prefix, worker: { concurrency } };
}

export const WORK = { name: 'work', idempotencyKey: 'id' } as const satisfies JobOptions<Order>;
