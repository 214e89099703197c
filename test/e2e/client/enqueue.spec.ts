import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeadLetterService, defineJob, Job, JobClient, JobContext } from '../../../lib/index.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;
const BY = { actor: 'ada', reason: 'test' };

interface Order {
  orderId: string;
  total: number;
}

@Injectable()
class Billing {
  readonly charged: string[] = [];

  @Job({ idempotencyKey: 'orderId', keepResult: true })
  async charge({ orderId, total }: Order): Promise<string> {
    this.charged.push(orderId);
    return `${orderId}: ${total}`;
  }

  @Job({ idempotencyKey: ({ orderId, total }: Order) => `${orderId}/${total}`, maxRetries: 0 })
  async refund(_order: Order): Promise<void> {
    throw new Error('no money');
  }

  @Job({ keepResult: true })
  async nightly(): Promise<string> {
    return 'done';
  }
}

/** What another process would import: nothing of the worker. */
const reportJob = defineJob<{ month: string }, string[]>('reports.build', {
  queue: 'reports',
  idempotencyKey: 'month',
});

@Injectable()
class Reports {
  @Job(reportJob, { keepResult: true, maxRetries: 2 })
  async build({ month }: { month: string }, ctx: JobContext): Promise<string[]> {
    return [month, ctx.idempotencyKey, ctx.name];
  }
}

const order: Order = { orderId: 'A-1', total: 5 };

describe('enqueue', () => {
  it('accepts a job once its promise resolved, and says so', async () => {
    const { jobs } = await start({ providers: [Billing] }, { autoStart: false });
    const receipt = await jobs.enqueue(Billing, 'charge', order);
    expect(receipt).toEqual({
      id: expect.stringMatching(/^default~Billing\.charge~sA-1~[\w-]{10,}$/),
      status: 'created',
      state: 'waiting',
      payloadChanged: false,
    });
    expect(await jobs.get(receipt.id)).toMatchObject({
      ...{ id: receipt.id, name: 'Billing.charge', queue: 'default', version: 1, state: 'waiting' },
      ...{ priority: 'normal', idempotencyKey: 'A-1', payload: order, attempt: 0 },
    });
  });

  it('does a job without a payload', async () => {
    const { jobs } = await start({ providers: [Billing] });
    expect(await jobs.waitFor(await jobs.enqueue(Billing, 'nightly'), WAIT)).toBe('done');
    const later = await jobs.enqueue(Billing, 'nightly', undefined, { delay: 5 });
    expect(later.state).toBe('scheduled');
    expect(await jobs.waitFor(later, WAIT)).toBe('done');
  });

  it('sends a contract to whoever handles it, whatever the method is called', async () => {
    const { jobs } = await start({ providers: [Reports] });
    const receipt = await jobs.enqueue(reportJob, { month: '2030-01' });
    expect(receipt.id).toMatch(/^reports~reports\.build~s2030-01~/);
    expect(await jobs.waitFor(receipt, WAIT)).toEqual(['2030-01', 'reports.build:2030-01', 'reports.build']);
    expect(await jobs.enqueue(Reports, 'build', { month: '2030-01' })).toMatchObject({
      id: receipt.id,
      status: 'duplicate',
    });
  });

  it('works while the application is still starting', async () => {
    @Injectable()
    class Early implements OnModuleInit {
      id = '';
      constructor(private readonly jobs: JobClient) {}

      async onModuleInit(): Promise<void> {
        this.id = (await this.jobs.enqueue(Billing, 'charge', order)).id;
      }
    }
    const { app, jobs } = await start({ providers: [Billing, Early] });
    expect(await jobs.waitFor(app.get(Early).id, WAIT)).toBe('A-1: 5');
  });
});

describe('a second enqueue with the same key', () => {
  it('is told of the first, which keeps its payload', async () => {
    const { app, jobs } = await start({ providers: [Billing] }, { autoStart: false });
    const first = await jobs.enqueue(Billing, 'charge', order);
    const same = { id: first.id, status: 'duplicate', state: 'waiting', payloadChanged: false };
    expect(await jobs.enqueue(Billing, 'charge', { ...order })).toEqual(same);
    expect(await jobs.enqueue(Billing, 'charge', { total: 5, orderId: 'A-1' })).toEqual(same);
    const changed = await jobs.enqueue(
      Billing,
      'charge',
      { ...order, total: 6 },
      { delay: '1h', priority: 'high', maxRetries: 1 },
    );
    expect(changed).toEqual({ ...same, payloadChanged: true, ignoredOptions: ['delay', 'priority', 'maxRetries'] });
    expect(await jobs.get(first.id)).toMatchObject({ payload: order, priority: 'normal', state: 'waiting' });
    expect(app.get(Billing).charged).toEqual([]);
  });

  it('is told the result once the first completed', async () => {
    const { jobs } = await start({ providers: [Billing] });
    const { id } = await jobs.enqueue(Billing, 'charge', order);
    await jobs.waitFor(id, WAIT);
    expect(await jobs.enqueue(Billing, 'charge', order)).toMatchObject({
      id,
      status: 'duplicate',
      state: 'completed',
      result: 'A-1: 5',
    });
  });

  it('is a new job once the first was cancelled, and a duplicate of a dead one until that is settled', async () => {
    const { app, jobs } = await start({ providers: [Billing] }, { autoStart: false });
    const first = await jobs.enqueue(Billing, 'charge', order);
    await jobs.cancel(first.id);
    const second = await jobs.enqueue(Billing, 'charge', order);
    expect(second.status).toBe('created');
    expect(second.id).not.toBe(first.id);

    const { app: working, jobs: others } = await start({ providers: [Billing] });
    const dead = await others.enqueue(Billing, 'refund', order);
    await expect(others.waitFor(dead, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD' });
    const again = { id: dead.id, status: 'duplicate' };
    expect(await others.enqueue(Billing, 'refund', order)).toMatchObject({ ...again, state: 'dead' });
    await working.get(DeadLetterService).resolve(dead.id, BY);
    expect(await others.enqueue(Billing, 'refund', order)).toMatchObject({ ...again, state: 'resolved' });
    expect(await others.enqueue(Billing, 'refund', { ...order, total: 7 })).toMatchObject({ status: 'created' });
    expect(app.get(Billing).charged).toEqual([]);
  });

  it('may be one of a hundred at the same time: one job', async () => {
    const { app, jobs } = await start({ providers: [Billing] });
    const receipts = await Promise.all(Array.from({ length: 100 }, () => jobs.enqueue(Billing, 'charge', order)));
    expect(receipts.filter(({ status }) => status === 'created')).toHaveLength(1);
    expect(new Set(receipts.map(({ id }) => id)).size).toBe(1);
    await jobs.waitFor(receipts[0], WAIT);
    expect(app.get(Billing).charged).toEqual(['A-1']);
  });

  it('may give the key itself, as a text or as a number, which differ', async () => {
    const { jobs } = await start({ providers: [Billing] }, { autoStart: false });
    const asNumber = await jobs.enqueue(Billing, 'nightly', undefined, { idempotencyKey: 7 });
    const asText = await jobs.enqueue(Billing, 'nightly', undefined, { idempotencyKey: '7' });
    expect([asNumber.status, asText.status]).toEqual(['created', 'created']);
    expect(await jobs.get(asNumber.id)).toMatchObject({ idempotencyKey: 7 });
    expect(await jobs.enqueue(Billing, 'nightly', undefined, { idempotencyKey: 7 })).toMatchObject({
      id: asNumber.id,
      status: 'duplicate',
    });
  });
});

describe('enqueueMany', () => {
  it('answers in the order of the payloads, a duplicate within them included', async () => {
    const { app, jobs } = await start({ providers: [Billing] });
    const orders = ['A', 'B', 'A', 'C'].map((orderId) => ({ orderId, total: 1 }));
    const receipts = await jobs.enqueueMany(Billing, 'charge', orders);
    expect(receipts.map(({ id, status }) => `${id.split('~')[2]} ${status}`)).toEqual([
      'sA created',
      'sB created',
      'sA duplicate',
      'sC created',
    ]);
    expect(receipts[2].id).toBe(receipts[0].id);
    await Promise.all(receipts.map((receipt) => jobs.waitFor(receipt, WAIT)));
    expect([...app.get(Billing).charged].sort()).toEqual(['A', 'B', 'C']);
  });

  it('takes options for all, and options for each', async () => {
    const { jobs } = await start({ providers: [Billing, Reports] }, { autoStart: false });
    const bulk = await jobs.enqueueMany(reportJob, [{ month: '1' }, { month: '2' }], { priority: 'bulk' });
    for (const { id } of bulk) expect(await jobs.get(id)).toMatchObject({ priority: 'bulk' });
    const each = await jobs.enqueueMany(Billing, 'charge', [order, order], ({ total }, index) => ({
      idempotencyKey: `${total}-${index}`,
      ...(index === 1 ? { delay: '1h' } : {}),
    }));
    expect(each.map(({ id, state }) => `${id.split('~')[2]} ${state}`)).toEqual(['s5-0 waiting', 's5-1 scheduled']);
  });

  it('of nothing does nothing', async () => {
    const { jobs } = await start({ providers: [Billing] });
    expect(await jobs.enqueueMany(Billing, 'charge', [])).toEqual([]);
  });

  it('takes more than the store takes at once', async () => {
    const { app, jobs } = await start({ providers: [Billing] });
    const orders = Array.from({ length: 1_200 }, (_, i) => ({ orderId: `A-${i}`, total: i }));
    const receipts = await jobs.enqueueMany(Billing, 'charge', orders);
    expect(receipts.filter(({ status }) => status === 'created')).toHaveLength(1_200);
    await eventually(() => app.get(Billing).charged.length === 1_200);
    expect(new Set(app.get(Billing).charged).size).toBe(1_200);
  });
});
