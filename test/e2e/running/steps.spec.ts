import { Injectable } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DeadLetterService, Job, JobClient, JobContext } from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';

const BY = { actor: 'ada', reason: 'the bank is back' };

@Injectable()
class Billing {
  readonly effects: string[] = [];
  readonly results: unknown[] = [];
  failures = 0;

  private fail(): void {
    if (this.failures-- > 0) throw new Error('the mail server is down');
  }

  @Job({ name: 'billing.charge', idempotencyKey: 'orderId', maxRetries: 2, keepResult: true })
  async charge({ orderId }: { orderId: string }, ctx: JobContext): Promise<unknown[]> {
    const charge = await ctx.step('charge-card', (step) => {
      this.effects.push(step.idempotencyKey);
      return { chargeId: `ch_${this.effects.length}`, at: new Date(0) };
    });
    const nothing = await ctx.step('tell', async () => {
      this.effects.push('told');
    });
    this.fail();
    return [orderId, charge, nothing ?? 'nothing', ctx.attempt];
  }

  @Job({ maxRetries: 5 })
  async failingStep(_: void, ctx: JobContext): Promise<void> {
    await ctx.step('fragile', () => {
      this.effects.push('tried');
      this.fail();
    });
    this.effects.push('through');
  }

  @Job({ maxRetries: 5 })
  async twice(_: void, ctx: JobContext): Promise<void> {
    await ctx.step('same', () => this.effects.push('first'));
    await ctx.step('same', () => this.effects.push('second'));
  }

  @Job({ maxRetries: 5 })
  async named(name: string, ctx: JobContext): Promise<void> {
    await ctx.step(name, () => this.effects.push('ran'));
  }

  @Job({ maxRetries: 5 })
  async large(_: void, ctx: JobContext): Promise<void> {
    await ctx.step('large', () => 'x'.repeat(65_536));
  }

  @Job({ keepResult: true })
  async loop(items: string[], ctx: JobContext): Promise<void> {
    await Promise.all(items.map((item, i) => ctx.step(`item-${i}`, () => this.effects.push(item))));
    this.fail();
  }
}

let testing: TestingModule;
let jobs: JobClient;
let vigil: VigilTesting;
let billing: Billing;

beforeEach(async () => {
  testing = await Test.createTestingModule({ imports: [VigilTestingModule.forRoot()], providers: [Billing] }).compile();
  [jobs, vigil, billing] = [testing.get(JobClient), testing.get(VigilTesting), testing.get(Billing)];
});
afterEach(() => testing.close());

const order = { orderId: 'A-1' };

describe('ctx.step', () => {
  it('is remembered across attempts, with its result as JSON carries it, and not run again', async () => {
    billing.failures = 2;
    const receipt = await jobs.enqueue(Billing, 'charge', order);
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 2, buried: 0 });
    expect(billing.effects).toEqual(['billing.charge:A-1:charge-card', 'told']);
    expect(await jobs.waitFor(receipt, { timeout: 1 })).toEqual([
      'A-1',
      { chargeId: 'ch_1', at: '1970-01-01T00:00:00.000Z' },
      'nothing',
      3,
    ]);
  });

  it('is remembered across a replay', async () => {
    billing.failures = 3;
    const { id } = await jobs.enqueue(Billing, 'charge', order);
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 2, buried: 1 });
    await testing.get(DeadLetterService).replay(id, BY);
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 0, buried: 0 });
    expect(billing.effects).toEqual(['billing.charge:A-1:charge-card', 'told']);
  });

  it('that throws fails the attempt, and runs again in the next', async () => {
    billing.failures = 1;
    await jobs.enqueue(Billing, 'failingStep');
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 1, buried: 0 });
    expect(billing.effects).toEqual(['tried', 'tried', 'through']);
  });

  it('is remembered for its own job only', async () => {
    await jobs.enqueueMany(Billing, 'charge', [order, { orderId: 'B-2' }]);
    await vigil.drain();
    expect(billing.effects.filter((effect) => effect !== 'told')).toEqual([
      'billing.charge:A-1:charge-card',
      'billing.charge:B-2:charge-card',
    ]);
  });

  it('may run beside others of other names', async () => {
    billing.failures = 1;
    await jobs.enqueue(Billing, 'loop', ['a', 'b', 'c']);
    expect(await vigil.drain()).toEqual({ completed: 1, retried: 1, buried: 0 });
    expect(billing.effects).toEqual(['a', 'b', 'c']);
  });

  it('whose name was used before in the attempt is an error that no repetition cures', async () => {
    const { id } = await jobs.enqueue(Billing, 'twice');
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 0, buried: 1 });
    expect(billing.effects).toEqual(['first']);
    expect(await vigil.deadLetters()).toMatchObject([
      {
        reason: 'non_retryable',
        errorMessage: `Billing.twice (job ${id}): step 'same' was used before in this attempt. Give each step a name of its own, in a loop for example \`same-\${i}\`.`,
      },
    ]);
  });

  it.each<[string, () => Promise<unknown>, string]>([
    ['without a name', () => jobs.enqueue(Billing, 'named', ''), "a step's name is a text of 1 to 128 characters"],
    ['with too long a name', () => jobs.enqueue(Billing, 'named', 'x'.repeat(129)), 'of 1 to 128 characters'],
    [
      'with too large a result',
      () => jobs.enqueue(Billing, 'large'),
      "the result of step 'large' exceeds 64 KiB a result",
    ],
  ])('%s is such an error, too', async (_, enqueue, told) => {
    await enqueue();
    expect(await vigil.drain()).toEqual({ completed: 0, retried: 0, buried: 1 });
    expect(await vigil.deadLetters()).toMatchObject([
      { reason: 'non_retryable', errorMessage: expect.stringContaining(told) },
    ]);
    expect(billing.effects).toEqual([]);
  });
});
