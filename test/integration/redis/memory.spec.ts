import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { completed } from '../../support/engine-settlements.js';
import { EngineWorker } from '../../support/engine-worker.js';
import { describeWithRedis, type RedisServer } from '../../support/redis-server.js';

const JOBS = 20_000;
const AT_ONCE = 500;
const PREFIX = 'vigil';
const queue = 'billing';
const type = 'BillingService.charge';
const payload = JSON.stringify({ orderId: 'A-1234567', note: 'x'.repeat(238) });

async function usedBy(redis: RedisServer): Promise<number> {
  const info = await redis.connect().info('memory');
  return Number(/used_memory:(\d+)/.exec(info)?.[1]);
}

/** Enqueues and completes so many jobs, and tells how many bytes of each stay. */
async function bytesPerJob(redis: RedisServer, options: { keyed: boolean; windowMs: number }): Promise<number> {
  await redis.connect().flushall();
  const engine = new RedisEngine({ target: redis.url, prefix: PREFIX, commandTimeoutMs: 10_000 });
  await engine.open();
  const worker = new EngineWorker({ engine, second: engine, elapse: jest.fn(), close: jest.fn() }, queue, 'w1');
  const work = async (from: number): Promise<void> => {
    const requests = Array.from({ length: AT_ONCE }, (_, n) =>
      requestOf({ queue, type, payload, ...(options.keyed && { key: `A-${1_000_000 + from + n}` }) }),
    );
    await engine.enqueue(requests);
    const jobs = await worker.claim({ slots: AT_ONCE, demand: [{ type, quota: AT_ONCE }] });
    await worker.settle(...jobs.map((job) => completed(job, options)));
  };
  // What is there whatever the number of jobs (scripts, counters, buffers) comes first.
  await work(0);
  const before = await usedBy(redis);
  for (let from = AT_ONCE; from <= JOBS; from += AT_ONCE) await work(from);
  const after = await usedBy(redis);
  await engine.close();
  return (after - before) / JOBS;
}

/** As docs/engine.md says, for a job without a kept result. */
function documentedBytes(prefix: string): number {
  const recordKey = `{${prefix}:${queue}}:j:${type}~sA-1000000`;
  return 155 + 2 * recordKey.length;
}

describeWithRedis('what stays of a completed job', (redis) => {
  it('with a key is a tombstone of the size that docs/engine.md tells, whatever the payload', async () => {
    const bytes = await bytesPerJob(redis(), { keyed: true, windowMs: 86_400_000 });
    expect(bytes / documentedBytes(PREFIX)).toBeCloseTo(1, 1);
  });

  it('without a key is nothing', async () => {
    expect(await bytesPerJob(redis(), { keyed: false, windowMs: 0 })).toBeLessThan(5);
  });
});
