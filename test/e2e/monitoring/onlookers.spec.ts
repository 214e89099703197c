import { Inject, Injectable, type INestApplicationContext, type Provider } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { Gauge, Registry } from 'prom-client';
import {
  Job,
  JobClient,
  JobPrometheus,
  NonRetryableJobError,
  OnJobEvent,
  QueueService,
  VigilModule,
  type AlertChannel,
  type TypeStats,
  type VigilOptions,
} from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { RecordedLogger } from '../../support/nest-apps.js';
import { describeWithRedis } from '../../support/redis-server.js';

/** Less than what is given to an alert's channel and to what runs at shutdown. */
const CLOSED_WITHIN_MS = 4_000;
const JOBS = 50;
const SHOP = Symbol('what the handlers do');

interface Shop {
  done: number;
  begun: boolean;
  /** The last job goes on until it is called. */
  end: () => void;
  readonly last: Promise<void>;
}

function shop(): Shop {
  let end: () => void = () => undefined;
  const last = new Promise<void>((resolve) => (end = resolve));
  return { done: 0, begun: false, end, last };
}

@Injectable()
class Mails {
  constructor(@Inject(SHOP) private readonly shop: Shop) {}

  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 0 })
  async send({ to }: { to: string }): Promise<void> {
    if (to === '') throw new NonRetryableJobError('nobody to send it to');
    if (to === 'last') {
      this.shop.begun = true;
      await this.shop.last;
    }
    this.shop.done++;
  }
}

const never = (): Promise<never> => new Promise<never>(() => undefined);
const fail = (): never => {
  throw new Error('it is broken');
};

function listener(what: () => unknown): { provider: Provider; calls: () => number } {
  let calls = 0;
  @Injectable()
  class Pager {
    @OnJobEvent('job.started', 'job.completed', 'job.buried', 'worker.draining', 'worker.stopped')
    tell(): unknown {
      calls++;
      return what();
    }
  }
  return { provider: Pager, calls: () => calls };
}

function channel(what: () => Promise<void>): { provider: Provider; type: new () => AlertChannel; calls: () => number } {
  let calls = 0;
  @Injectable()
  class Pager implements AlertChannel {
    readonly name = 'pager';

    send(): Promise<void> {
      calls++;
      return what();
    }
  }
  return { provider: Pager, type: Pager, calls: () => calls };
}

/** The application's own, in which somebody else's metric never answers. */
function hangingRegistry(): Registry {
  const registry = new Registry();
  const metric = { name: 'theirs', help: 'never answers', registers: [registry], collect: never };
  new Gauge(metric);
  return registry;
}

/** From when the application has started: what can not be registered is told at boot. */
function breakRegistry(registry: Registry): void {
  for (const { name } of registry.getMetricsAsArray())
    Object.assign(registry.getSingleMetric(name) as object, { inc: fail, set: fail, reset: fail, remove: fail });
  const broken = { metrics: fail, getMetricsAsJSON: fail, getSingleMetric: fail, removeSingleMetric: fail };
  Object.assign(registry, broken);
}

describeWithRedis('jobs are processed, and drained at the end,', (redis) => {
  jest.setTimeout(60_000);
  const open: INestApplicationContext[] = [];
  let prefixes = 0;
  let prefix = '';
  beforeEach(() => (prefix = `onlookers-${process.pid}-${++prefixes}`));
  afterEach(async () => {
    for (const app of open.splice(0)) await app.close();
  });

  async function start(providers: readonly Provider[], options: VigilOptions) {
    const logger = new RecordedLogger();
    const imports = [VigilModule.forRoot({ redis: redis().url, prefix, ...options })];
    const builder = Test.createTestingModule({ imports, providers: [Mails, ...providers] });
    const app = await builder.setLogger(logger).compile();
    open.push(app);
    await app.init();
    return { app, logger, jobs: app.get(JobClient) };
  }

  async function stats(app: INestApplicationContext): Promise<TypeStats | undefined> {
    const queues = await app.get(QueueService).list();
    return queues.flatMap(({ types }) => types).find(({ type }) => type === 'mail.send');
  }

  /** What the store has when all is over, as another application sees it. */
  async function expectAll(
    providers: readonly Provider[],
    options: VigilOptions,
    meanwhile: (app: INestApplicationContext) => Promise<unknown> | void = () => undefined,
  ): Promise<RecordedLogger> {
    const own = shop();
    const use = { provide: SHOP, useValue: own };
    const { app, jobs, logger } = await start([...providers, use], options);
    const orders = Array.from({ length: JOBS }, (_, n) => ({ to: `n${n}` }));
    await jobs.enqueueMany(Mails, 'send', [...orders, { to: '' }]);
    await meanwhile(app);
    await jobs.enqueueMany(Mails, 'send', orders);
    await eventually(async () => expect(await stats(app)).toMatchObject({ completed: 2 * JOBS, dead: 1 }));
    await jobs.enqueue(Mails, 'send', { to: 'last' });
    await eventually(() => own.begun);
    const began = performance.now();
    const closed = app.close();
    own.end();
    await closed;
    expect(performance.now() - began).toBeLessThan(CLOSED_WITHIN_MS);
    expect(own.done).toBe(2 * JOBS + 1);
    const { app: observer } = await start([{ provide: SHOP, useValue: shop() }], { worker: false });
    expect(await stats(observer)).toMatchObject({ completed: 2 * JOBS + 1, dead: 1, active: 0, waiting: 0 });
    return logger;
  }

  it('beside a registry in which a scrape never ends', async () => {
    const registry = hangingRegistry();
    let scraped = 0;
    await expectAll([], { prometheus: { registry } }, (app) => {
      for (const metrics of [registry.metrics(), app.get(JobPrometheus).metrics()]) void metrics.then(() => scraped++);
    });
    expect(scraped).toBe(0);
  });

  it('beside a registry that throws at everything', async () => {
    const registry = new Registry();
    const logger = await expectAll([], { prometheus: { registry } }, (app) => {
      breakRegistry(registry);
      expect(() => app.get(JobPrometheus).metrics()).toThrow('it is broken');
    });
    expect(logger.of('warn')).toContainEqual(
      expect.stringContaining('prometheus: the registry keeps metrics of this application: Error: it is broken'),
    );
  });

  it.each([
    ['throws', fail],
    ['rejects', async () => fail()],
    ['never settles', never],
  ])('beside a listener that %s', async (_, what) => {
    const pager = listener(what);
    await expectAll([pager.provider], {});
    expect(pager.calls()).toBeGreaterThan(4 * JOBS);
  });

  it.each([
    ['throws', fail],
    ['rejects', async () => fail()],
    ['hangs', never],
  ])('beside a channel for alerts that %s', async (_, what) => {
    const pager = channel(what);
    await expectAll([pager.provider], { alerts: { channels: [pager.type] } }, () =>
      eventually(() => pager.calls() > 0, { timeout: 30_000 }),
    );
  });
});
