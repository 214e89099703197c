import {
  forwardRef,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleDestroy,
  type OnModuleInit,
} from '@nestjs/common';
import { types } from 'node:util';
import { InjectJobs, Job, jobsToken, QueueService, type EnqueueReceipt, type JobsOf } from '../../../lib/index.js';
import { requestedJobs } from '../../../lib/decorators/inject-jobs.decorator.js';
import type { JobEngine } from '../../../lib/engine/engine.port.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

@Injectable()
class Billing implements OnModuleInit, OnApplicationBootstrap, OnModuleDestroy, OnApplicationShutdown {
  readonly hooks: string[] = [];

  @Job({ idempotencyKey: 'orderId', keepResult: true })
  async charge({ orderId }: { orderId: string }): Promise<string> {
    return `charged ${orderId}`;
  }

  @Job({ keepResult: true })
  async nightly(): Promise<string> {
    return 'done';
  }

  async total(): Promise<number> {
    return 1;
  }

  onModuleInit(): void {
    this.hooks.push('init');
  }

  onApplicationBootstrap(): void {
    this.hooks.push('bootstrap');
  }

  onModuleDestroy(): void {
    this.hooks.push('destroy');
  }

  onApplicationShutdown(): void {
    this.hooks.push('shutdown');
  }
}

@Injectable()
class BetterBilling extends Billing {
  @Job({ keepResult: true, idempotencyKey: 'orderId' })
  override async charge({ orderId }: { orderId: string }): Promise<string> {
    return `better ${orderId}`;
  }

  @Job()
  override async total(): Promise<number> {
    return 2;
  }
}

@Injectable()
class Shop {
  @InjectJobs(Billing)
  readonly byProperty!: JobsOf<Billing>;

  constructor(
    @InjectJobs(Billing) readonly billing: JobsOf<Billing>,
    @InjectJobs(() => Billing) readonly later: JobsOf<Billing, 'charge'>,
  ) {}
}

describe('@InjectJobs', () => {
  it('gives functions that enqueue', async () => {
    const { app, jobs } = await start({ providers: [Billing, Shop] });
    const { billing, later, byProperty } = app.get(Shop);
    expect(byProperty).toBe(billing);
    expect(later).toBe(billing);
    const receipt = await billing.charge({ orderId: 'A-1' });
    expect(await jobs.waitFor(receipt, WAIT)).toBe('charged A-1');
    expect(await later.charge({ orderId: 'A-1' })).toMatchObject({ status: 'duplicate', id: receipt.id });
    const { nightly } = billing;
    expect(await jobs.waitFor(await nightly(), WAIT)).toBe('done');
    expect(await nightly(undefined, { delay: '1h', priority: 'low' })).toMatchObject({ state: 'scheduled' });
  });

  it('gives a plain frozen object, so that no hook of Nest and no promise enqueues anything', async () => {
    const { app } = await start({ providers: [Billing, Shop] });
    const { billing } = app.get(Shop);
    expect(types.isProxy(billing)).toBe(false);
    expect(Object.isFrozen(billing)).toBe(true);
    expect(Object.keys(billing)).toEqual(['charge', 'nightly']);
    expect(await Promise.resolve(billing)).toBe(billing);
    expect(JSON.stringify(billing)).toBe('{}');
    expect(app.get(Billing).hooks).toEqual(['init', 'bootstrap']);
    const queues = await app.get(QueueService).list();
    expect(queues.flatMap((queue) => queue.types)).toEqual([]);
    const enqueue = jest.spyOn(app.get<JobEngine>(VIGIL_ENGINE), 'enqueue');
    await app.close();
    expect(app.get(Billing).hooks).toEqual(['init', 'bootstrap', 'destroy', 'shutdown']);
    expect(enqueue).not.toHaveBeenCalled();
  });

  it('refuses a method that is no job before anything is sent', async () => {
    const { app } = await start({ providers: [Billing, Shop] });
    const { total } = app.get(Shop).billing as unknown as Record<string, () => Promise<unknown>>;
    await expect(total()).rejects.toMatchObject({
      code: 'NOT_A_JOB',
      message:
        'Billing.total is not a job. Put @Job on it, or name a method that has it. Its jobs are: charge, nightly.',
    });
  });

  it('enqueues for the class that dependency injection puts in place', async () => {
    const { app, jobs } = await start({ providers: [{ provide: Billing, useClass: BetterBilling }, Shop] });
    const { billing } = app.get(Shop);
    expect(await jobs.waitFor(await billing.charge({ orderId: 'A-1' }), WAIT)).toBe('better A-1');
    const { total } = billing as unknown as JobsOf<BetterBilling>;
    expect((await total()).id).toContain('BetterBilling.total');
  });

  it('needs no handler in its own process', async () => {
    const { app } = await start({ providers: [Shop] }, { worker: false });
    expect(await app.get(Shop).billing.charge({ orderId: 'A-1' })).toMatchObject({ status: 'created' });
  });

  it('can be replaced in a test, by one token for all who ask', async () => {
    const charge = jest.fn();
    const { app } = await start(
      { providers: [Billing, Shop] },
      { arrange: (builder) => builder.overrideProvider(jobsToken(Billing)).useValue({ charge }) },
    );
    await app.get(Shop).later.charge({ orderId: 'A-1' });
    expect(charge).toHaveBeenCalledWith({ orderId: 'A-1' });
    expect(app.get(Shop).later).toBe(app.get(Shop).billing);
  });

  it('joins services that need each other, where files and modules do', async () => {
    @Injectable()
    class Orders {
      constructor(@InjectJobs(() => Stock) private readonly stock: JobsOf<Stock>) {}

      @Job({ keepResult: true })
      async place(item: string): Promise<string> {
        return (await this.stock.reserve(item)).id;
      }
    }
    @Injectable()
    class Stock {
      constructor(
        @InjectJobs(Orders) private readonly orders: JobsOf<Orders>,
        @Inject(forwardRef(() => Orders)) readonly direct: Orders,
      ) {}

      @Job({ keepResult: true })
      async reserve(item: string): Promise<string> {
        return `reserved ${item}`;
      }

      order(item: string): Promise<EnqueueReceipt<string>> {
        return this.orders.place(item);
      }
    }
    @Module({ imports: [forwardRef(() => StockModule)], providers: [Orders], exports: [Orders] })
    class OrdersModule {}
    @Module({ imports: [forwardRef(() => OrdersModule)], providers: [Stock] })
    class StockModule {}
    const { app, jobs } = await start({ imports: [OrdersModule, StockModule] });
    const receipt = await app.get(Stock, { strict: false }).order('lamp');
    expect(await jobs.waitFor(await jobs.waitFor(receipt, WAIT), WAIT)).toBe('reserved lamp');
  });

  it('tells what a function gives that is no class', async () => {
    const known = new Set(requestedJobs().keys());
    class Broken {
      constructor(@InjectJobs(() => undefined as never) readonly jobs: object) {}
    }
    try {
      await expect(start({ providers: [Broken] })).rejects.toMatchObject({
        code: 'JOBS_TARGET_INVALID',
        message: expect.stringContaining('It must return a class once all files are loaded.'),
      });
    } finally {
      const requested = requestedJobs() as Map<symbol, unknown>;
      for (const token of [...requested.keys()]) if (!known.has(token)) requested.delete(token);
    }
  });
});
