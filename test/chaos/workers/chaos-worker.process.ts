// A worker whose handlers write down, outside of Redis, that they began and that they came to their end.
import { systemClock } from '../../../lib/core/clock.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import type { JobPolicy } from '../../../lib/core/job-policy.js';
import { JobRegistry } from '../../../lib/core/job-registry.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import { WORKER_DEFAULTS, type WorkerOptions } from '../../../lib/runner/worker.options.js';
import { watchBusyTimes } from '../history/busy-watch.js';
import { HistoryWriter } from '../history/history-writer.js';
import { nameOf, perform, type Deed } from './deeds.js';
import { recorded } from './recorded-engine.js';

export interface ChaosWorkerSetup {
  readonly url: string;
  readonly prefix: string;
  readonly commandTimeoutMs: number;
  /** Where the history is written. */
  readonly dir: string;
  readonly options: WorkerOptions;
  readonly policy: Partial<JobPolicy>;
}

const QUEUE = 'work';

const POLICY: JobPolicy = {
  maxRetries: 3,
  backoff: { type: 'fixed', delayMs: 100, maxDelayMs: 60_000, jitter: 'none' },
  timeoutMs: 60_000,
  retryOn: [],
  noRetryOn: [],
  idempotencyWindowMs: 3_600_000,
  keepResult: true,
  maxStalls: 2,
  severity: 'error',
};

async function main(setup: ChaosWorkerSetup): Promise<void> {
  const { url, prefix, commandTimeoutMs } = setup;
  const history = new HistoryWriter(setup.dir);
  watchBusyTimes(history);
  const registry = new JobRegistry();
  const contract = { name: 'task', queue: QUEUE, version: 1, level: 1 } as const;
  const policy = { ...POLICY, ...setup.policy };
  registry.register({
    definition: { ...contract, migrations: new Map(), declaredBy: 'Chaos.task', policy },
    invoke: async (payload, ctx) => {
      const { id, attempt, fencingToken: token } = ctx;
      history.note({ what: 'begun', id, attempt, token });
      try {
        const result = await perform(payload as Deed, ctx);
        history.note({ what: 'ended', id, token });
        return result;
      } catch (error) {
        history.note({ what: 'ended', id, token, error: nameOf(error) });
        throw error;
      }
    },
  });
  const bus = new JobEventBus((error) => history.note({ what: 'trouble', message: `listener: ${String(error)}` }));
  bus.on('engine.unavailable', ({ error }) => history.note({ what: 'trouble', message: error.message }));
  const silent = { log: () => undefined, warn: () => undefined, error: () => undefined, debug: () => undefined };
  const engine = new RedisEngine({ target: url, prefix, commandTimeoutMs });
  await engine.open();
  const outbox = new OutboxDrain(engine, silent, bus);
  const worker = new JobWorker({
    ...{ engine: recorded(engine, history), registry, clock: systemClock, bus, logger: silent },
    options: setup.options,
    duties: [(queue) => outbox.runOnce(queue)],
  });
  await worker.start();
  process.once('SIGTERM', () => {
    void (async () => {
      await worker.drain();
      await outbox.close();
      await engine.close();
      process.disconnect();
      process.exit(0);
    })();
  });
  history.note({ what: 'ready', leaseMs: setup.options.leaseMs ?? WORKER_DEFAULTS.leaseMs });
  process.send?.('ready');
}

void main(JSON.parse(process.argv[2] ?? '{}') as ChaosWorkerSetup);
