import { Redis } from 'ioredis';
import { parseJobId } from '../../../lib/core/job-id.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { QueueKeys } from '../../../lib/engine/redis/redis-keys.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { eventually } from '../../support/eventually.js';

/** What a process waits for at the moment when it closes its engine; the process is to end by itself then. */
export type Wait = 'nothing' | 'waitForWork' | 'watch' | 'onCancelRequest' | 'enqueue' | 'open';

export interface ClosingSetup {
  readonly url: string;
  readonly wait: Wait;
}

export interface ClosingReport {
  /** How what was waited for ended: `resolved`, or the code of its error. */
  readonly ended: string;
}

const HOUR_MS = 3_600_000;
const queue = 'closing';

async function main({ url, wait }: ClosingSetup): Promise<void> {
  const engine = new RedisEngine({ target: url, prefix: 'closing', commandTimeoutMs: 60_000 });
  // Of a server that never answers: as long as it is waited for, nothing else can be.
  if (wait === 'open') return closeWhile(engine, engine.open());
  await engine.open();
  const [{ id }] = await engine.enqueue([requestOf({ queue })]);
  const signal = new AbortController().signal;
  switch (wait) {
    case 'nothing':
      return closeWhile(engine, Promise.resolve());
    case 'waitForWork': {
      const waiting = engine.waitForWork(queue, 'w1', [{ type: 'other', version: 1 }], HOUR_MS, signal);
      await seen(url, async (redis) => /blocked_clients:[1-9]/.test(await redis.info('clients')));
      return closeWhile(engine, waiting);
    }
    case 'watch': {
      const waiting = engine.watch(parseJobId(id), signal);
      await seen(url, async (redis) => (await redis.zcard(`${new QueueKeys('closing', queue).tag}wf`)) > 0);
      return closeWhile(engine, waiting);
    }
    case 'onCancelRequest':
      return closeWhile(
        engine,
        engine.onCancelRequest(queue, () => undefined),
        'once it is done',
      );
    case 'enqueue':
      await told('frozen');
      return closeWhile(engine, engine.enqueue([requestOf({ queue })]));
  }
}

/** Looks into the store until it shows what is waited for. */
async function seen(url: string, look: (redis: Redis) => Promise<boolean>): Promise<void> {
  const redis = new Redis(url);
  await eventually(() => look(redis));
  redis.disconnect();
}

async function closeWhile(engine: JobEngine, waiting: Promise<unknown>, when = 'at once'): Promise<void> {
  const ended = waiting.then(
    () => 'resolved',
    (error: Error) => (error as Error & { code?: string }).code ?? String(error),
  );
  if (when === 'at once') setImmediate(() => void engine.close());
  else await waiting.then(() => engine.close());
  const report: ClosingReport = { ended: await ended };
  process.send?.(report);
  process.disconnect?.();
}

/** Asks the parent for something and waits until it is done. */
function told(wish: string): Promise<void> {
  return new Promise((resolve) => {
    process.once('message', () => resolve());
    process.send?.(wish);
  });
}

void main(JSON.parse(process.argv[2]) as ClosingSetup);
