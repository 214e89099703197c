import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { Job, JobClient, JobContext, NonRetryableJobError } from '../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../lib/testing/index.js';

interface ChargeOrder {
  orderId: string;
  amount: number;
}

@Injectable()
class PaymentsStub {
  readonly charged: string[] = [];
  answers: (() => unknown)[] = [];

  async charge({ orderId }: ChargeOrder): Promise<void> {
    await this.answers.shift()?.();
    this.charged.push(orderId);
  }
}

@Injectable()
class BillingService {
  constructor(private readonly payments: PaymentsStub) {}

  @Job({ idempotencyKey: 'orderId', maxRetries: 2, timeout: '30s' })
  async charge(order: ChargeOrder, ctx: JobContext): Promise<void> {
    await ctx.step('charge-card', () => this.payments.charge(order));
  }
}

const order: ChargeOrder = { orderId: 'A-1', amount: 4200 };

describe('a service with jobs', () => {
  let testing: TestingModule;
  let jobs: JobClient;
  let vigil: VigilTesting;
  let payments: PaymentsStub;

  beforeEach(async () => {
    testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot()],
      providers: [BillingService, PaymentsStub],
    }).compile();
    [jobs, vigil, payments] = [testing.get(JobClient), testing.get(VigilTesting), testing.get(PaymentsStub)];
  });
  afterEach(() => testing.close());

  it('charges the card', async () => {
    await jobs.enqueue(BillingService, 'charge', order);
    await vigil.run();
    expect(payments.charged).toEqual(['A-1']);
  });

  it('tries again after a passing failure', async () => {
    payments.answers = [() => Promise.reject(new Error('fetch failed'))];
    await jobs.enqueue(BillingService, 'charge', order);
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 1, buried: 0 });
  });

  it('buries what can not succeed', async () => {
    payments.answers = [() => Promise.reject(new NonRetryableJobError('card declined'))];
    await jobs.enqueue(BillingService, 'charge', order);
    await vigil.run();
    expect(await vigil.deadLetters()).toMatchObject([{ reason: 'non_retryable', errorMessage: 'card declined' }]);
  });

  it('charges once, however often it is asked', async () => {
    const first = await jobs.enqueue(BillingService, 'charge', order);
    expect(await jobs.enqueue(BillingService, 'charge', order)).toMatchObject({ status: 'duplicate', id: first.id });
    await vigil.run();
    expect(payments.charged).toEqual(['A-1']);
  });

  it('gives up an attempt that takes too long', async () => {
    payments.answers = [() => new Promise(() => undefined)];
    await jobs.enqueue(BillingService, 'charge', order, { maxRetries: 0 });
    await vigil.advance('30s');
    expect(await vigil.deadLetters()).toMatchObject([{ reason: 'timeout' }]);
  });
});
