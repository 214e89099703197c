// A process that works and enqueues: its jobs do what their payload says, and write down in Redis that they did.
import { Redis } from 'ioredis';
import { JobSender } from '../../../lib/client/job-sender.js';
import { systemClock } from '../../../lib/core/clock.js';
import type { JobContext } from '../../../lib/core/job-context.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import type { JobEvent } from '../../../lib/core/job-event.js';
import type { JobPolicy } from '../../../lib/core/job-policy.js';
import { JobRegistry } from '../../../lib/core/job-registry.js';
import { onDeadJobName } from '../../../lib/core/on-dead.js';
import { noRedaction } from '../../../lib/core/redaction.js';
import { PlanRunner } from '../../../lib/dead-letters/plans/plan-runner.js';
import { Compensations } from '../../../lib/dead-letters/on-dead/compensations.js';
import { resolvedWindow } from '../../../lib/dead-letters/resolved-window.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { JobMetrics, type DayMetrics } from '../../../lib/monitoring/metrics/job-metrics.js';
import { ProcessFigures } from '../../../lib/monitoring/metrics/process-figures.js';
import type { TypeMetrics } from '../../../lib/monitoring/metrics/type-metrics.js';
import { JobEventLogger } from '../../../lib/monitoring/logs/job-event.logger.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import type { WorkerOptions } from '../../../lib/runner/worker.options.js';
import { definitionOf } from '../../unit/runner/scene.js';
import { perform, type Deed } from './deeds.js';
import { openRedisEngine, type Place } from './redis-engine.js';

export interface WorkerSetup extends Place {
  readonly options?: WorkerOptions;
  readonly policy?: Partial<JobPolicy>;
  readonly version?: number;
  readonly migrates?: readonly number[];
  /** Type → its queue. */
  readonly types?: Readonly<Record<string, string>>;
  /** Only enqueues. */
  readonly idle?: boolean;
  /** Kills itself in the very moment in which it hears of this. */
  readonly diesOf?: JobEvent['type'];
  /** Each of its types has an `onDead`, which writes down what died. */
  readonly compensates?: boolean;
  /** Carries out plans over dead letters. */
  readonly plans?: { readonly leaseMs: number; readonly pollMs: number };
}

/** What the process is asked to do. */
export interface Order {
  readonly key: string;
  readonly deed: Deed;
  readonly times: number;
}

/** What it tells. */
export type Word =
  | { readonly line: string; readonly level: string }
  | { readonly receipts: readonly { readonly id: string; readonly status: string }[] }
  | { readonly figures: readonly TypeMetrics[]; readonly today: DayMetrics }
  | { readonly failed: string }
  | 'ready';

/** What is said after the last word reaches nobody. */
const tell = (word: Word): void => void (process.connected && process.send?.(word));

async function main(setup: WorkerSetup): Promise<void> {
  const { version = 1, migrates = [], types = { task: 'work' }, policy, diesOf, compensates } = setup;
  const books = new Redis(setup.url, { maxRetriesPerRequest: null });
  const gates = books.duplicate();
  // A server that a test stops comes back.
  for (const client of [books, gates]) client.on('error', () => undefined);
  const gate = (): Promise<unknown> => gates.blpop(`gate:${setup.prefix}`, 0);
  const write = ({ id, attempt }: JobContext, what: string): Promise<unknown> =>
    books.rpush(`books:${setup.prefix}`, JSON.stringify({ what, id, attempt, pid: process.pid }));

  const registry = new JobRegistry();
  const migrations = new Map(migrates.map((from) => [from, (old: never) => ({ ...(old as Deed), v: version })]));
  for (const [name, queue] of Object.entries(types)) {
    const definition = definitionOf({ name, queue, version, migrations, policy, run: () => undefined });
    const compensatedBy = compensates ? onDeadJobName(name) : undefined;
    registry.register({
      definition: { ...definition, compensatedBy },
      invoke: (deed, ctx) => perform(deed as Deed, ctx, { gate, write: (what) => write(ctx, what) }),
    });
    if (compensatedBy === undefined) continue;
    registry.register({
      definition: { ...definition, name: compensatedBy, version: 1, migrations: new Map() },
      invoke: (dead, ctx) => write(ctx, `onDead ${JSON.stringify(dead)}`),
    });
  }

  const line = (level: string) => (text: string) => tell({ line: text, level });
  const logger = { log: line('log'), warn: line('warn'), error: line('error'), debug: line('debug') };
  const bus = new JobEventBus((error) => logger.error(`listener: ${String(error)}`));
  if (diesOf) bus.on(diesOf, () => process.kill(process.pid, 'SIGKILL'));
  new JobEventLogger(bus, logger);
  const engine = await openRedisEngine(setup);
  const compensations = new Compensations({ engine, bus, clock: systemClock });
  const outbox = new OutboxDrain(engine, logger, bus, noRedaction, {
    follow: (entries) => compensations.follow(entries),
  });
  const worker = new JobWorker({
    ...{ engine, registry, clock: systemClock, bus, logger },
    options: { leaseMs: 1_500, sweepIntervalMs: 200, ...setup.options },
    duties: [(queue) => outbox.runOnce(queue)],
  });
  const counted = new ProcessFigures(bus, engine);
  const metrics = new JobMetrics({ engine, timeZone: 'UTC' });
  const plans = new PlanRunner({
    ...{ engine, clock: systemClock, bus, logger, redactor: noRedaction, ...setup.plans },
    windowOf: (type) => resolvedWindow(registry, type),
  });
  if (!setup.idle) await worker.start();
  if (setup.plans) plans.kick();

  const sender = new JobSender(engine, bus, systemClock, 1_048_576);
  const contract = { name: 'task', queue: 'work', version, level: 1 } as const;
  const telling = async (): Promise<void> => {
    await counted.flush();
    tell({ figures: await metrics.types('today'), today: await metrics.today() });
  };
  process.on('message', (order: Order | 'figures') => {
    if (order === 'figures') return void telling().catch((error: unknown) => tell({ failed: String(error) }));
    const { key, deed, times } = order;
    const sent = Array.from({ length: times }, async (_, n) => {
      // Half of them share a batch, the others come in ticks of their own.
      for (let ticks = n % 2 === 0 ? 0 : n; ticks > 0; ticks--) await new Promise(setImmediate);
      const { id, status } = await sender.send(contract, deed, { idempotencyKey: key });
      return { id, status };
    });
    Promise.all(sent).then(
      (receipts) => tell({ receipts }),
      (error: unknown) => tell({ failed: String(error) }),
    );
  });
  process.once('SIGTERM', () => {
    void (async () => {
      await worker.drain();
      await plans.close();
      await outbox.close();
      await engine.close();
      for (const client of [books, gates]) client.disconnect();
      process.disconnect();
    })();
  });
  tell('ready');
}

void main(JSON.parse(process.argv[2] ?? '{}') as WorkerSetup);
