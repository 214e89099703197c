import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import {
  DeadLetterService,
  defineJob,
  Job,
  JobClient,
  JobContext,
  NonRetryableJobError,
  QueueService,
  type DeadJob,
} from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';

interface ChargeOrder {
  orderId: string;
}

@Injectable()
class Ledger {
  readonly refunds: { orderId: string; reason: string; life: number; attempt: number }[] = [];
  answers: (() => void)[] = [];
}

const shipJob = defineJob<ChargeOrder>('shop.ship', { queue: 'shop', idempotencyKey: 'orderId' });

@Injectable()
class BillingService {
  constructor(private readonly ledger: Ledger) {}

  @Job({ idempotencyKey: 'orderId', maxRetries: 0, owner: 'payments team', onDead: 'refund' })
  async charge({ orderId }: ChargeOrder): Promise<void> {
    if (orderId.startsWith('bad')) throw new NonRetryableJobError('no customer');
  }

  @Job(shipJob, { maxRetries: 0, onDead: { method: 'refund', maxRetries: 1, backoff: { type: 'fixed', delay: '1s' } } })
  async ship(): Promise<void> {
    throw new Error('no ship');
  }

  async refund({ payload, reason, life }: DeadJob<ChargeOrder>, { attempt }: JobContext): Promise<void> {
    this.ledger.answers.shift()?.();
    this.ledger.refunds.push({ orderId: payload.orderId, reason, life, attempt });
  }
}

describe('onDead', () => {
  let testing: TestingModule;
  let jobs: JobClient;
  let vigil: VigilTesting;
  let ledger: Ledger;
  let letters: DeadLetterService;
  beforeEach(async () => {
    testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot()],
      providers: [BillingService, Ledger],
    }).compile();
    [jobs, vigil, ledger] = [testing.get(JobClient), testing.get(VigilTesting), testing.get(Ledger)];
    letters = testing.get(DeadLetterService);
  });
  afterEach(() => testing.close());

  it('runs as a job of its own for what died, and for nothing else', async () => {
    await jobs.enqueue(BillingService, 'charge', { orderId: 'A-1' });
    await jobs.enqueue(BillingService, 'charge', { orderId: 'bad-1' });
    expect(await vigil.run()).toEqual({ completed: 2, retried: 0, buried: 1 });
    expect(ledger.refunds).toEqual([{ orderId: 'bad-1', reason: 'non_retryable', life: 0, attempt: 1 }]);
    expect(await vigil.deadLetters()).toMatchObject([
      { name: 'BillingService.charge', compensatedBy: 'BillingService.charge:onDead' },
    ]);
  });

  it('runs for what expired, too', async () => {
    const charges = { queue: 'default', name: 'BillingService.charge' };
    await testing.get(QueueService).pause(charges, { actor: 'ada', reason: 'nothing begins' });
    await jobs.enqueue(BillingService, 'charge', { orderId: 'A-1' }, { expiresIn: '1m' });
    await vigil.advance('5m');
    expect(ledger.refunds).toEqual([{ orderId: 'A-1', reason: 'expired', life: 0, attempt: 1 }]);
  });

  it('runs once more for each life that ends dead', async () => {
    const { id } = await jobs.enqueue(BillingService, 'charge', { orderId: 'bad-1' });
    await vigil.run();
    await letters.replay(id, { actor: 'ada', reason: 'once more' });
    await vigil.run();
    expect(ledger.refunds.map(({ life }) => life)).toEqual([0, 1]);
  });

  it('is retried by a policy of its own', async () => {
    ledger.answers = [() => JSON.parse('{')];
    await jobs.enqueue(shipJob, { orderId: 'A-1' });
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 1, buried: 1 });
    expect(ledger.refunds).toEqual([{ orderId: 'A-1', reason: 'exhausted', life: 0, attempt: 2 }]);
  });

  it('is a dead letter like any other when it fails for good, and nothing follows that', async () => {
    ledger.answers = [
      () => {
        throw new NonRetryableJobError('no account');
      },
    ];
    await jobs.enqueue(BillingService, 'charge', { orderId: 'bad-1' });
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 0, buried: 2 });
    const [refund, charge] = await vigil.deadLetters();
    expect(refund).toMatchObject({
      ...{ name: 'BillingService.charge:onDead', queue: 'default', owner: 'payments team' },
      ...{ errorMessage: 'no account', payload: { id: charge.id, life: 0, payload: { orderId: 'bad-1' } } },
    });
    expect(refund.compensatedBy).toBeUndefined();
    await letters.replay(refund.id, { actor: 'ada', reason: 'the account is open' });
    await vigil.run();
    expect(ledger.refunds).toHaveLength(1);
  });
});
