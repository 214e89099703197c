import 'reflect-metadata';
import type { INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { formatJobId } from '../../../lib/core/job-id.js';
import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { QueueKeys } from '../../../lib/engine/redis/redis-keys.js';
import { VigilModule } from '../../../lib/index.js';
import { requestOf } from '../../support/engine-request.js';
import { buried } from '../../support/engine-settlements.js';
import { EngineWorker } from '../../support/engine-worker.js';
import type { RedisServer } from '../../support/redis-server.js';

export interface Scale {
  readonly waiting: number;
  readonly dead: number;
}

/** Milliseconds. */
export interface RouteTime {
  readonly route: string;
  /** The first request, which finds nothing in memory. */
  readonly first: number;
  readonly median: number;
  readonly p95: number;
}

const QUEUE = 'work';
const AT_ONCE = 500;
const CAUSES = 200;
const MINUTES = 1_440;
const HEADERS = { 'content-type': 'application/json', 'x-vigil-request': '1' };

/** The admin of an application before a store with many jobs. */
export class AdminStage {
  private constructor(
    private readonly app: INestApplication,
    private readonly url: string,
    private readonly routes: readonly (readonly [route: string, body?: object])[],
  ) {}

  static async on(server: RedisServer, scale: Scale): Promise<AdminStage> {
    const prefix = `pages-${process.pid}`;
    const { dead, waiting } = await filled(server, prefix, scale);
    const admin = { authorize: () => true, actor: () => 'bench', mutations: { max: 1_000_000, per: '1m' as const } };
    const module = VigilModule.forRoot({ redis: server.url, prefix, worker: false, admin });
    const app = await NestFactory.create(module, { logger: false });
    await app.listen(0, '127.0.0.1');
    return new AdminStage(app, `${await app.getUrl()}/admin/jobs/api`, await routesOf(app, dead, waiting));
  }

  /** Each route so often, one request after another. */
  async measure(requests: number, only?: ReadonlySet<string>): Promise<RouteTime[]> {
    const times: RouteTime[] = [];
    for (const [route, body] of this.routes) {
      if (only && !only.has(nameOf(route, body))) continue;
      const each: number[] = [];
      for (let n = 0; n < requests; n++) each.push(await this.ask(route, body));
      const sorted = [...each].sort((a, b) => a - b);
      const at = (share: number): number => sorted[Math.min(requests - 1, Math.ceil(share * requests) - 1)];
      times.push({ route: nameOf(route, body), first: each[0], median: at(0.5), p95: at(0.95) });
    }
    return times;
  }

  close(): Promise<void> {
    return this.app.close();
  }

  private async ask(route: string, body?: object): Promise<number> {
    const began = performance.now();
    const init = body && { method: 'POST', headers: HEADERS, body: JSON.stringify(body) };
    const response = await fetch(`${this.url}/${route}`, init);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${route} answered ${response.status}: ${text}`);
    return performance.now() - began;
  }
}

function nameOf(route: string, body?: object): string {
  const path = route.replace(/work~[^/?&]+/g, ':id').replace(/group=[^&]+/, 'group=…');
  return body ? `POST ${path} ${JSON.stringify((body as { selection?: object }).selection)}` : `GET ${path}`;
}

async function routesOf(app: INestApplication, dead: string, waiting: string): Promise<(readonly [string, object?])[]> {
  const url = `${await app.getUrl()}/admin/jobs/api`;
  const page = (await (await fetch(`${url}/dead-letter-groups?limit=1`)).json()) as { items: { group: string }[] };
  const { group } = page.items[0];
  const jobs = `jobs?queue=${QUEUE}&name=task&limit=100&state=`;
  const dryRun = (selection: object): [string, object] => [
    'replays',
    { action: 'replay', dryRun: true, reason: 'a look', selection },
  ];
  return [
    ...['overview', 'access', 'health', 'queues', `queues/${QUEUE}`, 'workers', 'alerts', 'silences', 'replays'],
    ...['waiting', 'scheduled', 'active', 'dead'].map((state) => jobs + state),
    ...[`jobs?queue=${QUEUE}&name=task&idempotencyKey=order-1`, `jobs/${waiting}`, `jobs/${waiting}/payload`],
    ...['dead-letters?limit=100', `dead-letters?limit=100&group=${group}`, 'dead-letters?limit=100&httpStatus=407'],
    ...['dead-letters?limit=100&text=nowhere', `dead-letters/${dead}`, `dead-letters/${dead}/payload`],
    ...['dead-letter-groups?limit=100', 'dead-letter-groups?limit=100&perHour=true', 'audit?limit=100'],
    ...['minute', 'hour', 'today'].map((window) => `metrics/types?window=${window}`),
    ...['metrics/today', 'metrics/series?minutes=60', `metrics/series?minutes=${MINUTES}`, 'metrics/workforce'],
    ...['metrics/ledger', 'cron?history=30'],
  ]
    .map((route): [string, object?] => [route])
    .concat([dryRun({}), dryRun({ queue: QUEUE }), dryRun({ name: 'task' }), dryRun({ group })]);
}

async function filled(server: RedisServer, prefix: string, scale: Scale): Promise<{ dead: string; waiting: string }> {
  const engine = new RedisEngine({ target: server.url, prefix, commandTimeoutMs: 60_000 });
  await engine.open();
  const client = server.connect();
  try {
    const harness = { engine, second: engine, elapse: async () => undefined, close: async () => undefined };
    const worker = new EngineWorker(harness, QUEUE, 'w');
    let [dead, waiting] = ['', ''];
    for (let done = 0; done < scale.dead; done += AT_ONCE) {
      await enqueue(engine, Math.min(AT_ONCE, scale.dead - done));
      const jobs = await worker.claim({ slots: AT_ONCE, demand: [{ quota: AT_ONCE }] });
      dead = jobs[0]?.id ?? dead;
      await worker.settle(
        ...jobs.map((job, n) =>
          buried(job, { error: `E${n % CAUSES}`, message: `order ${n}`, httpStatus: 400 + (n % 100) }),
        ),
      );
    }
    for (let done = 0; done < scale.waiting; done += 20 * AT_ONCE)
      waiting = await enqueue(engine, Math.min(20 * AT_ONCE, scale.waiting - done));
    await engine.enqueue([requestOf({ queue: QUEUE, key: 'order-1' })]);
    await engine.noteDepths(QUEUE);
    // A day in which every minute was like this one.
    const keys = new QueueKeys(prefix, QUEUE);
    const now = Math.floor((await engine.storeTime()) / 60_000);
    const figures = { ...(await client.hgetall(keys.minute(now - 1))), ...(await client.hgetall(keys.minute(now))) };
    for (let minute = now - MINUTES; minute < now; minute++) await client.hset(keys.minute(minute), figures);
    return { dead, waiting };
  } finally {
    await engine.close();
    client.disconnect();
  }
}

async function enqueue(engine: RedisEngine, count: number): Promise<string> {
  const requests = Array.from({ length: count }, (_, n) => requestOf({ queue: QUEUE, payload: String(n) }));
  await engine.enqueue(requests);
  return formatJobId(requests[0]);
}
