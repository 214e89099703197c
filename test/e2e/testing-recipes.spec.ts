import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { InjectJobs, Job, jobsToken, VigilModule, type JobContext, type JobsOf } from '../../lib/index.js';
import { JobClient } from '../../lib/client/job.client.js';
import { VigilTesting, VigilTestingModule } from '../../lib/testing/index.js';

interface ChargeOrder {
  orderId: string;
}

@Injectable()
class BillingService {
  broken = false;

  @Job({ idempotencyKey: 'orderId' })
  async charge(order: ChargeOrder): Promise<string> {
    if (this.broken) throw new Error('fetch failed');
    return order.orderId;
  }

  @Job()
  async stepwise(order: ChargeOrder, ctx: JobContext): Promise<string> {
    return ctx.step('charge', () => order.orderId);
  }
}

@Injectable()
class OrdersService {
  constructor(@InjectJobs(BillingService) private readonly billing: JobsOf<BillingService>) {}

  async place(order: ChargeOrder): Promise<void> {
    await this.billing.charge(order);
  }
}

@Module({ imports: [VigilModule.forRoot({ isGlobal: true })] })
class JobsModule {}

@Module({ imports: [JobsModule], providers: [BillingService, OrdersService] })
class AppModule {}

const order: ChargeOrder = { orderId: 'A-1' };

describe('the recipes of docs/testing.md', () => {
  async function whole() {
    const app = await Test.createTestingModule({ imports: [AppModule] })
      .overrideModule(JobsModule)
      .useModule(VigilTestingModule.forRoot())
      .compile();
    return { app, vigil: app.get(VigilTesting), jobs: app.get(JobClient), billing: app.get(BillingService) };
  }

  it('put the kit in the place of a module of a whole application', async () => {
    const { app, vigil } = await whole();
    await app.get(OrdersService).place(order);
    expect(await vigil.run()).toEqual({ completed: 1, retried: 0, buried: 0 });
    await app.close();
  });

  it('look at what was enqueued, and wait for a delay', async () => {
    const { app, vigil, jobs } = await whole();
    await jobs.enqueue(BillingService, 'charge', order, { delay: '10m' });
    expect(await vigil.enqueued(BillingService, 'charge')).toMatchObject([{ state: 'scheduled', payload: order }]);
    expect(await vigil.advance('9m')).toMatchObject({ completed: 0 });
    expect(await vigil.advance('1m')).toMatchObject({ completed: 1 });
    await app.close();
  });

  it('go through all retries', async () => {
    const { app, vigil, jobs, billing } = await whole();
    billing.broken = true;
    await jobs.enqueue(BillingService, 'charge', order);
    await vigil.drain();
    const [letter] = await vigil.deadLetters();
    expect(letter).toMatchObject({ reason: 'exhausted', attempts: 9 });
    expect(letter.history.map(({ error }) => error?.message)).toContain('fetch failed');
    await app.close();
  });

  it('let the window of a key pass', async () => {
    const { app, vigil, jobs } = await whole();
    await jobs.enqueue(BillingService, 'charge', order);
    await vigil.run();
    expect(await jobs.enqueue(BillingService, 'charge', order)).toMatchObject({ status: 'duplicate' });
    await vigil.advance('24h');
    expect(await jobs.enqueue(BillingService, 'charge', order)).toMatchObject({ status: 'created' });
    await app.close();
  });

  it('call the handler by itself', async () => {
    const context = { signal: new AbortController().signal, step: (_name: string, run: () => unknown) => run() };
    expect(await new BillingService().stepwise(order, context as unknown as JobContext)).toBe('A-1');
  });

  it('give a producer a stand-in', async () => {
    const charge = jest.fn();
    const app = await Test.createTestingModule({
      providers: [OrdersService, { provide: jobsToken(BillingService), useValue: { charge } }],
    }).compile();
    await app.get(OrdersService).place(order);
    expect(charge).toHaveBeenCalledWith(order);
    await app.close();
  });
});
