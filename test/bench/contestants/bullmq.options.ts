import type { JobsOptions, QueueOptions, WorkerOptions } from 'bullmq';
import type { Stage } from '../contestant.js';
import type { Order } from '../order.js';

type Place = Omit<Stage, 'handle'>;

/**
 * No `enableAutoPipelining` of ioredis: it spares Redis a little work at enqueue, but at one slot it takes a third of the
 * worker's rate.
 */
export function queueOptions({ url, prefix }: Place): QueueOptions {
  return { connection: { url }, prefix, defaultJobOptions: { removeOnComplete: true } };
}

/** Its guide asks for `maxRetriesPerRequest: null` at workers. `autorun: false` lets its start be timed. */
export function workerOptions({ url, prefix, concurrency }: Place): WorkerOptions {
  return { connection: { url, maxRetriesPerRequest: null }, prefix, concurrency, autorun: false };
}

export function jobOptions({ id }: Pick<Order, 'id'>): JobsOptions {
  return { deduplication: { id } };
}
