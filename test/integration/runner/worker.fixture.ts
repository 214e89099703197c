// A worker process: what it runs does what its payload says, and writes down in Redis that it did.
import { Redis } from 'ioredis';
import { systemClock } from '../../../lib/core/clock.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import type { JobPolicy } from '../../../lib/core/job-policy.js';
import { JobRegistry } from '../../../lib/core/job-registry.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { JobEventLogger } from '../../../lib/monitoring/logs/job-event.logger.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions } from '../../../lib/runner/worker.options.js';
import { openRedisEngine } from './redis-engine.js';
import { POLICY } from '../../unit/runner/scene.js';

export interface WorkerSetup {
  readonly url: string;
  readonly options?: WorkerOptions;
  readonly policy?: Partial<JobPolicy>;
  readonly version?: number;
  readonly migrates?: readonly number[];
}

/** What a job is to do. */
export interface Deed {
  readonly do: 'end' | 'hold' | 'exit' | 'fail' | 'block';
  readonly ms?: number;
  /** How the payload of this version calls it; a migration renames it. */
  readonly v?: number;
}

async function main(setup: WorkerSetup): Promise<void> {
  const books = new Redis(setup.url);
  const write = async (what: string, { id, attempt }: JobContext): Promise<unknown> =>
    books.rpush('books', JSON.stringify({ what, id, attempt, pid: process.pid }));

  const run = async (deed: Deed, ctx: JobContext): Promise<void> => {
    await write(`begin v${deed.v ?? 1}`, ctx);
    switch (deed.do) {
      case 'exit':
        process.exit(3);
        break;
      case 'fail':
        throw Object.assign(new TypeError('fetch failed\nfor "a" reason'), { status: 503 });
      case 'hold':
        await new Promise((_resolve, reject) => {
          ctx.signal.addEventListener('abort', () => reject(ctx.signal.reason as Error));
        }).catch(async (error: Error) => {
          await write(error.name, ctx);
          throw error;
        });
        break;
      case 'block': {
        const until = Date.now() + (deed.ms ?? 0);
        while (Date.now() < until);
        break;
      }
      case 'end':
    }
    await write('end', ctx);
  };

  const { version = 1, migrates = [] } = setup;
  const registry = new JobRegistry();
  registry.register({
    definition: {
      ...{
        name: 'task',
        queue: 'work',
        version,
        level: 1,
        declaredBy: 'Tasks.task',
        policy: { ...POLICY, ...setup.policy },
      },
      migrations: new Map(migrates.map((from) => [from, (payload: never) => ({ ...(payload as object), v: version })])),
    },
    invoke: (payload, ctx) => run(payload as Deed, ctx),
  });

  const tell = (message: unknown): void => void process.send?.(message);
  const line = (text: string): void => tell({ line: text });
  const logger = { log: line, warn: line, error: line, debug: line };
  const bus = new JobEventBus((error) => line(`listener: ${String(error)}`));
  new JobEventLogger(bus, logger);
  const engine = await openRedisEngine(setup.url);
  const outbox = new OutboxDrain(engine, logger, bus);
  const options = { leaseMs: 2_000, sweepIntervalMs: 200, ...setup.options };
  const duties = [(queue: string) => outbox.runOnce(queue)];
  const worker = new JobWorker({ engine, registry, clock: systemClock, bus, logger, options, duties });
  await worker.start();
  process.on('message', (message) => {
    if (message !== 'drain') return;
    void (async () => {
      await worker.drain();
      await outbox.close();
      await engine.close();
      await books.quit();
      tell('drained');
      process.disconnect();
    })();
  });
  tell('ready');
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup);
