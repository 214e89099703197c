import { machineNow } from '../history/happening.js';
import type { FrozenWay } from '../../support/redis-proxy.js';
import type { Scenario } from '../scenario.js';

const TIMEOUT_MS = 800;
/** Nobody waits for longer, whoever it is; what the machine was too busy for is taken off. */
const LIMIT_MS = 2 * TIMEOUT_MS;
/** What stands behind a bell that nobody hears: it comes after the enqueue's own timeout, and both are within the limit. */
const POLL_MS = TIMEOUT_MS / 2;
const WAYS: readonly FrozenWay[] = ['both', 'requests', 'replies'];

export const halfOpen: Scenario = {
  name: 'half-open',
  fault: 'F8',
  shows:
    'connections that carry nothing any more, or nothing of one way, and tell nobody: they are found out and replaced',
  commandTimeoutMs: TIMEOUT_MS,
  short: { rounds: 6, jobs: 0 },
  long: { rounds: 30, jobs: 0 },

  async run(field, { rounds }) {
    const proxy = await field.proxy();
    const { url } = proxy;
    const { history } = field;
    const workers = await field.fleet(2, { url, options: { leaseMs: 5_000, concurrency: 5, pollMs: POLL_MS } });
    const producer = await field.producer(url);
    const engine = await field.engine();
    const healed: number[] = [];
    for (let round = 0; round < rounds; round++) {
      // In turns under load, and while everybody waits for the bell.
      const busy = round % 2 === 0;
      const way = WAYS[round % WAYS.length];
      const load = field.load(producer, { deed: () => ({ do: 'linger', ms: 20 }), backlog: 30, lines: 3 });
      await field.until('all work', () => field.working().length === workers.length);
      if (!busy) {
        await load.stop();
        await field.untilDone(engine);
      }
      await field.fault('half-open', async () => {
        proxy.freeze(way);
        const frozenAt = machineNow();
        const sending = busy ? undefined : producer.send({ do: 'end' });
        const settledBy = (pid: number): boolean =>
          history.of('settled').some((each) => each.pid === pid && each.at > frozenAt);
        await field.until('work goes on', () => {
          const back = workers.filter(({ pid }) => settledBy(pid)).length;
          return busy ? back === workers.length : back > 0;
        });
        const now = machineNow();
        healed.push(now - frozenAt - history.busyMs(frozenAt, now));
        await sending;
      });
      await load.stop();
    }
    const calls = Math.max(0, ...history.of('slow').map(({ at, ms, pid }) => ms - history.busyMs(at - ms, at, pid)));
    const slowest = Math.max(calls, ...healed);
    field.require(slowest <= LIMIT_MS, `somebody was stuck for ${Math.round(slowest)} ms; the limit is ${LIMIT_MS} ms`);
    const text = (ms: number): string => `${Math.round(ms)} ms`;
    return `${rounds} times; healed within ${text(Math.max(...healed))}, no call took longer than ${text(calls)}; commandTimeout ${TIMEOUT_MS} ms`;
  },
};
