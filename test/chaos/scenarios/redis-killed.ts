import type { Scenario } from '../scenario.js';

const WRITTEN_BETWEEN = 100;
/** More than pile up meanwhile: producers that rest while Redis is away would never feel it. */
const BACKLOG = 5_000;

export const redisKilled: Scenario = {
  name: 'redis-killed',
  fault: 'F4',
  shows: 'kill -9 of Redis under load, and its return from the AOF: whatever was acknowledged is there, and is done',
  server: ['--appendonly', 'yes', '--appendfsync', 'always'],
  commandTimeoutMs: 500,
  short: { rounds: 3, jobs: 0 },
  long: { rounds: 20, jobs: 0 },

  async run(field, { rounds }) {
    await field.fleet(2, { options: { leaseMs: 5_000, concurrency: 10 } });
    const deed = () => ({ do: 'linger', ms: 5 }) as const;
    // Some repeat what they are not sure of; others leave it, and look whether it is there.
    const loads = [true, false].map(async (persistent) =>
      field.load(await field.producer(), { deed, backlog: BACKLOG, lines: 4, persistent }),
    );
    const running = await Promise.all(loads);
    const count = (): number => field.history.count('accepted');
    let slowest = 0;
    for (let round = 1; round <= rounds; round++) {
      const before = count();
      await field.until('there is work under way', () => count() > before + WRITTEN_BETWEEN);
      await field.fault('Redis away', async () => {
        const troubles = field.history.count('unsure') + field.history.count('refused');
        await field.killServer();
        const felt = (): number => field.history.count('unsure') + field.history.count('refused');
        await field.until('producers feel it', () => felt() > troubles);
        await field.startServer();
        const ended = field.history.count('ended');
        const back = performance.now();
        await field.until('work goes on', () => field.history.count('ended') > ended + 20);
        slowest = Math.max(slowest, performance.now() - back);
      });
    }
    for (const load of running) await load.stop();
    return `${rounds} kills; 20 jobs done within ${(slowest / 1_000).toFixed(2)} s of its return`;
  },
};
