import { Injectable } from '@nestjs/common';
import type { BrowserContextOptions, Page } from 'playwright-core';
import { z } from 'zod';
import { Cron, Job, JobClient, NonRetryableJobError } from '../../lib/index.js';
import {
  ADA,
  adminApps,
  ask,
  OWN_PAGE,
  versioned,
  type Adapter,
  type AdminApp,
  type AdminAppOptions,
  type Answer,
} from './admin-app.js';
import { describeWithChromium, type OpenPage } from './chromium.js';
import { eventually } from './eventually.js';
import { describeWithRedis } from './redis-server.js';

export const HOSTILE = `<img src=x onerror="document.title='owned'"><script>document.title='owned'</script>`;

const schema = z.object({ orderId: z.string(), email: z.string(), password: z.string() });

export type Order = z.infer<typeof schema>;

export const ORDER: Order = { orderId: 'A-1', email: HOSTILE, password: 'hunter2' };

@Injectable()
export class Shop {
  static isMended = false;
  static readonly charged: Order[] = [];

  @Job({
    name: 'order.charge',
    queue: 'billing',
    idempotencyKey: 'orderId',
    maxRetries: 0,
    keepResult: true,
    schema,
    owner: HOSTILE,
    runbook: `javascript:alert('owned')`,
  })
  async charge(order: Order): Promise<string> {
    if (!Shop.isMended && order.email !== 'ada@example.org')
      throw Object.assign(new NonRetryableJobError(`the bank ${HOSTILE} said no`), { status: 400 });
    Shop.charged.push(order);
    return `charged ${HOSTILE}`;
  }
}

@Injectable()
export class Books {
  static closed = 0;

  @Cron('0 3 1 1 *', { name: 'books.close', timeZone: 'UTC' })
  async close(): Promise<void> {
    Books.closed += 1;
  }
}

/** Every page, by what stands after `#/`; those about one thing are about this job, or the entry of the books. */
export const pagesAbout = (id: string): string[] => [
  ...[
    'overview',
    'dead-letters',
    `dead-letters/${id}`,
    'jobs',
    `jobs/${id}`,
    'jobs?queue=billing&name=order.charge&state=dead',
  ],
  ...['cron', 'cron/books.close', 'workers', 'alerts', 'audit', 'plans'],
];

export interface Visit {
  readonly admin: AdminApp;
  readonly page: Page;
  /** Of the jobs that died before the page was opened. */
  readonly ids: readonly string[];
  /** Another of the pages, by what stands after `#/`; resolves when it shows something. */
  go(path: string): Promise<void>;
  /** What another person does meanwhile. */
  post(path: string, body: unknown): Promise<Answer>;
  /** Buries another order, and resolves with its id. */
  bury(orderId: string): Promise<string>;
}

export interface DashboardScene {
  readonly adapter: Adapter;
  /** An application with so many dead letters, and its dashboard in a page of its own. */
  browse(amount: number, given?: { admin?: AdminAppOptions['admin']; context?: BrowserContextOptions }): Promise<Visit>;
  /** The same application once more, after it was closed. */
  readonly start: ReturnType<typeof adminApps>;
  readonly store: AdminAppOptions;
  /** What the browser says of answers that are meant to be refusals, and of a server that is away. */
  forgive(fault: string): void;
}

/** The pages are the same for both engines and both adapters; each of them is met once. */
export function describeDashboard(name: string, suite: (scene: DashboardScene) => void): void {
  describeWithChromium(name, (open) => {
    describe('in memory, on Express', () => suite(sceneOf(open, 'express', () => ({}))));
    let stores = 0;
    describeWithRedis('on Redis, on Fastify', (redis) =>
      suite(sceneOf(open, 'fastify', () => ({ redis: redis().url, prefix: `dashboard-${++stores}` }))),
    );
  });
}

/** What does not depend on the engine. */
export function describePages(name: string, suite: (scene: DashboardScene) => void): void {
  describeWithChromium(name, (open) => suite(sceneOf(open, 'express', () => ({}))));
}

function sceneOf(open: OpenPage, adapter: Adapter, storeOf: () => AdminAppOptions): DashboardScene {
  const faults: string[] = [];
  let store: AdminAppOptions = {};
  const pages: Page[] = [];
  beforeEach(() => {
    Shop.isMended = false;
    Shop.charged.length = 0;
    Books.closed = 0;
    faults.length = 0;
    store = storeOf();
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.context().close();
    // Whatever the browser refused or could not run: a policy that is broken, a script that fails.
    expect(faults).toEqual([]);
  });
  const start = adminApps();

  return {
    ...{ adapter, start },
    get store() {
      return store;
    },
    forgive: (fault) => faults.splice(0, faults.length, ...faults.filter((each) => !each.includes(fault))),
    browse: async (amount, { admin: options, context } = {}) => {
      const metadata = { providers: [Shop, Books] };
      const admin = await start(adapter, metadata, {
        ...store,
        arrange: versioned,
        ...(options && { admin: options }),
      });
      const address = `${admin.url}/internal/v0/admin/jobs`;
      const bury = async (orderId: string): Promise<string> => {
        const { id } = await admin.app.get(JobClient).enqueue(Shop, 'charge', { ...ORDER, orderId });
        await eventually(async () => {
          const { status } = await fetch(`${address}/api/dead-letters/${encodeURIComponent(id)}`, { headers: ADA });
          expect(status).toBe(200);
        });
        return id;
      };
      const ids = await Promise.all(Array.from({ length: amount }, (_, n) => bury(`A-${n}`)));
      const page = await open({ extraHTTPHeaders: ADA, ...context });
      pages.push(page);
      page.on('pageerror', ({ message }) => faults.push(message));
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      const go = async (path: string): Promise<void> => {
        await page.goto(`${address}#/${path}`);
        await page.locator(`.page[data-path="${path.split('?')[0]}"]:not([aria-busy])`).waitFor();
      };
      await page.goto(address);
      const post = (path: string, body: unknown): Promise<Answer> =>
        ask(`${address}/api/${path}`, { method: 'POST', body: JSON.stringify(body), headers: { ...ADA, ...OWN_PAGE } });
      return { admin, page, ids, go, bury, post };
    },
  };
}
