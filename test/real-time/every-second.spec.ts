import { systemClock } from '../../lib/core/clock.js';
import { RedisEngine } from '../../lib/engine/redis/redis.engine.js';
import { cronInstance, SlotBook, wrongBy, type Instance } from '../support/cron-instances.js';
import { eventually } from '../support/eventually.js';
import { describeWithRedis } from '../support/redis-server.js';

const INSTANCES = 10;
const HOUR = 3_600_000;
const REAL_SECONDS = 60;
const QUEUE = 'default';
/** The clocks of store and instance are compared over a connection, and count whole milliseconds. */
const MOST_EARLY_MS = 100;

/** Its monotonic time runs as it should. */
const realClock = { ...systemClock, now: () => systemClock.monotonic!() };

describeWithRedis('slots of each second on Redis, with ten instances', (redis) => {
  jest.setTimeout(150_000);
  const engines: RedisEngine[] = [];

  async function connect(): Promise<RedisEngine> {
    const engine = new RedisEngine({ target: redis().url, prefix: 'seconds', commandTimeoutMs: 10_000 });
    engines.push(engine);
    await engine.open();
    return engine;
  }
  afterAll(async () => {
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it(`come once each and none early in ${REAL_SECONDS} s, with clocks off by up to an hour and restarts at the tick`, async () => {
    const observer = await connect();
    // An answer that travels for long makes the store seem to be behind, so the largest difference is the nearest.
    let storeOffset = -Infinity;
    const compare = async (): Promise<void> => {
      storeOffset = Math.max(storeOffset, (await observer.storeTime()) - Date.now());
    };
    for (let n = 0; n < 10; n++) await compare();
    const book = new SlotBook(() => Date.now() + storeOffset);
    const born = async (n: number): Promise<Instance> => {
      const engine = await connect();
      const wrong = wrongBy((n % 2 === 0 ? 1 : -1) * HOUR * Math.random(), realClock);
      const name = { name: 'tick', timeZone: 'UTC', overlap: 'allow' } as const;
      return cronInstance(book.watching(engine), wrong, '* * * * * *', name);
    };
    const instances = await Promise.all(Array.from({ length: INSTANCES }, (_, n) => born(n)));
    for (const instance of instances) instance.start();
    const begin = await observer.storeTime();
    for (let second = 1; second <= REAL_SECONDS; second++) {
      await eventually(async () => (await observer.storeTime()) >= begin + second * 1_000, { timeout: 5_000 });
      await compare();
      const victim = second % INSTANCES;
      await instances[victim].stop();
      instances[victim] = await born(second);
      instances[victim].start();
    }
    await Promise.all(instances.map((instance) => instance.stop()));
    expect(new Set(book.accepted).size).toBe(book.accepted.length);
    expect(book.mostEarly).toBeLessThanOrEqual(MOST_EARLY_MS);
    const last = Math.max(...book.accepted);
    const first = Math.min(...book.accepted);
    expect(last - first).toBeGreaterThanOrEqual((REAL_SECONDS - 5) * 1_000);
    const accepted = new Set(book.accepted);
    for (let slot = first; slot <= last; slot += 1_000)
      expect([slot, accepted.has(slot) || book.missed.has(slot)]).toEqual([slot, true]);
    const kept = await observer.keptCron(QUEUE);
    expect(kept).toMatchObject([{ name: 'tick', mark: last, live: book.accepted.length }]);
  });
});
