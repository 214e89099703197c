import { NonRetryableJobError } from '../../../lib/core/handler-signals.js';
import { systemClock } from '../../../lib/core/clock.js';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobLogger } from '../../../lib/core/job-logger.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { MemoryEngine } from '../../../lib/engine/memory/memory.engine.js';
import { OutboxDrain } from '../../../lib/monitoring/alerts/outbox-drain.js';
import { JobEventLogger } from '../../../lib/monitoring/logs/job-event.logger.js';
import { JobWorker } from '../../../lib/runner/worker.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';
import { parseBurialLine, parseRetryLine } from '../../support/job-lines.js';
import { describeWithRedis } from '../../support/redis-server.js';
import { registryOf, type JobSetup } from '../../unit/runner/scene.js';
import { openRedisEngine } from './redis-engine.js';

const failing = (): never => {
  throw Object.assign(new TypeError('fetch failed\nfor "a" reason'), { status: 503 });
};

let prefixes = 0;

function lines(open: () => Promise<JobEngine>): void {
  let engine: JobEngine;
  let worker: JobWorker;
  let outbox: OutboxDrain;
  let written: { readonly level: string; readonly text: string }[];

  async function begin(setup: JobSetup): Promise<string> {
    engine = await open();
    written = [];
    const write = (level: string) => (text: string) => written.push({ level, text });
    const logger: JobLogger = { log: write('log'), warn: write('warn'), error: write('error'), debug: write('debug') };
    const bus = new JobEventBus((error) => logger.error(String(error)));
    new JobEventLogger(bus, logger);
    outbox = new OutboxDrain(engine, logger, bus);
    const duties = [(queue: string): Promise<void> => outbox.runOnce(queue)];
    worker = new JobWorker({
      engine,
      registry: registryOf(setup),
      clock: systemClock,
      bus,
      logger,
      options: {},
      duties,
    });
    await worker.start();
    const [{ id }] = await engine.enqueue([requestOf({ queue: 'work', type: setup.name, key: 'order 7' })]);
    return id;
  }
  afterEach(async () => {
    await worker.drain();
    await outbox.close();
    await engine.close();
  });

  const at = (level: string, begins: string): string[] =>
    written.filter(({ level: of, text }) => of === level && text.startsWith(begins)).map(({ text }) => text);

  it('a retry is one line, from which job, attempt, error and next retry time can be parsed', async () => {
    const backoff = { type: 'fixed', delayMs: 60_000, maxDelayMs: 60_000, jitter: 'none' } as const;
    const id = await begin({ name: 'billing.charge', run: failing, policy: { backoff } });
    await eventually(() => expect(at('warn', 'job retry: ')).toHaveLength(1));
    const line = parseRetryLine(at('warn', 'job retry: ')[0]);
    expect(line).toMatchObject({
      ...{ id, name: 'billing.charge', failure: 1, maxAttempts: 4, attempt: 1, delayMs: 60_000 },
      error: 'TypeError: fetch failed for "a" reason',
    });
    const job = await engine.get(parseJobId(id));
    expect(job).toMatchObject({ state: 'scheduled', attempt: 1, failures: 1 });
    expect(Math.abs(line.next.getTime() - (job?.dueAt ?? 0))).toBeLessThan(100);
  });

  it('each retry has its line, and the burial after the last one at error level', async () => {
    const backoff = { type: 'fixed', delayMs: 30, maxDelayMs: 30, jitter: 'none' } as const;
    const id = await begin({
      name: 'billing.charge',
      run: failing,
      policy: { backoff, maxRetries: 3, owner: 'payments' },
    });
    await eventually(() => expect(at('error', 'job buried: ')).toHaveLength(1));
    const retries = at('warn', 'job retry: ').map(parseRetryLine);
    expect(retries.map(({ failure, attempt }) => [failure, attempt])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    const times = retries.map(({ next }) => next.getTime());
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(parseBurialLine(at('error', 'job buried: ')[0])).toEqual({
      ...{ id, name: 'billing.charge', reason: 'exhausted', failure: '4/4', attempts: '4', owner: 'payments' },
      error: 'TypeError: fetch failed for "a" reason',
    });
    expect(at('error', '')).toHaveLength(1);
  });

  it('what is not worth a retry is buried at once, with a line at error level and none of a retry', async () => {
    const id = await begin({
      run: () => {
        throw new NonRetryableJobError('no customer');
      },
    });
    await eventually(() => expect(at('error', 'job buried: ')).toHaveLength(1));
    expect(parseBurialLine(at('error', '')[0])).toMatchObject({ id, reason: 'non_retryable', failure: '1/4' });
    expect(at('warn', 'job retry: ')).toEqual([]);
  });
}

describe('the lines of a job in memory', () => lines(() => Promise.resolve(new MemoryEngine(systemClock))));

describeWithRedis('the lines of a job on Redis', (server) =>
  lines(() => openRedisEngine({ url: server().url, prefix: `lines-${process.pid}-${++prefixes}` })),
);
