import { Injectable } from '@nestjs/common';
import { z } from 'zod';
// A contract of a package that knows nothing of Nest.
import { defineJob } from '../../lib/contract.js';
import {
  InjectJobs,
  Job,
  JobContext,
  OnJobEvent,
  type JobClient,
  type JobEventOfType,
  type JobsOf,
} from '../../lib/index.js';

interface Order {
  orderId: string;
  total: number;
}
interface Receipt {
  payment: string;
  at: Date;
}

export abstract class Importer<T extends { id: string }> {
  @Job({ idempotencyKey: 'id' })
  async importOne(record: T): Promise<T> {
    return record;
  }
}

@Injectable()
export class Billing extends Importer<{ id: string; vat: number }> {
  @Job({ idempotencyKey: 'orderId' })
  async charge(order: Order, ctx: JobContext): Promise<Receipt> {
    return { payment: `${order.orderId}${ctx.id}`, at: new Date() };
  }
  @Job()
  async nightly(): Promise<void> {}
  @Job()
  async report(_: void, ctx: JobContext): Promise<number> {
    return ctx.attempt;
  }
  @Job()
  async remind(order?: Order): Promise<void> {
    void order;
  }
  @Job()
  async command(command: { kind: 'start'; at: number } | { kind: 'stop' }): Promise<void> {
    void command;
  }
  total(order: Order): number {
    return order.total;
  }
  readonly rate = 0.19;
}

const chargeJob = defineJob<Order, Receipt>('billing.charge', { idempotencyKey: 'orderId' });
const parsedJob = defineJob('parsed', { schema: z.object({ at: z.coerce.date(), size: z.number().default(1) }) });
const nightlyJob = defineJob('nightly');

export async function clientCompiles(jobs: JobClient, order: Order): Promise<void> {
  const receipt = await jobs.enqueue(Billing, 'charge', order, { delay: '10m', priority: 'high' });
  const result = await jobs.waitFor(receipt, { timeout: '5s' });
  const payment: string = result.payment;
  // What JSON made of it.
  const at: string = result.at;
  const kept: { payment: string; at: string } | undefined = receipt.result;
  void [payment, at, kept];

  await jobs.enqueue(Billing, 'nightly');
  await jobs.enqueue(Billing, 'nightly', undefined, { delay: 5 });
  await jobs.enqueue(Billing, 'report', undefined, { runAt: new Date() });
  await jobs.enqueue(Billing, 'remind');
  await jobs.enqueue(Billing, 'remind', order);
  await jobs.enqueue(Billing, 'remind', undefined, { expiresIn: '1h' });
  await jobs.enqueue(Billing, 'command', { kind: 'stop' });
  await jobs.enqueue(Billing, 'command', { kind: 'start', at: 1 });
  await jobs.enqueue(Billing, 'importOne', { id: 'a', vat: 19 });

  await jobs.enqueue(chargeJob, order, { maxRetries: 0, timeout: '2m', backoff: { type: 'fixed' } });
  await jobs.enqueue(nightlyJob);
  await jobs.enqueue(parsedJob, { at: '2030-01-01' });
  await jobs.enqueue(parsedJob, { at: new Date(), size: 3 });

  await jobs.enqueueMany(Billing, 'charge', [order, order], (one, i) => ({ delay: i, idempotencyKey: one.orderId }));
  await jobs.enqueueMany(chargeJob, [order], { priority: 'bulk' });
  await jobs.list(Billing, 'charge', { state: 'waiting' });
  await jobs.list(chargeJob, { state: 'dead', limit: 5 });
}

export function jobsOfCompiles(
  billing: JobsOf<Billing>,
  only: JobsOf<Billing, 'charge' | 'nightly'>,
  order: Order,
): void {
  void billing.charge(order, { delay: '1s' });
  void billing.nightly();
  void billing.nightly(undefined, { priority: 'low' });
  void billing.remind();
  void billing.importOne({ id: 'a', vat: 1 });
  void only.charge(order);
  const narrowed: JobsOf<Billing, 'charge'> = billing;
  void narrowed;
}

export class Injected {
  constructor(
    @InjectJobs(Billing) readonly billing: JobsOf<Billing>,
    @InjectJobs(() => Billing) readonly later: JobsOf<Billing, 'charge'>,
  ) {}

  @OnJobEvent('job.buried')
  buried(event: JobEventOfType<'job.buried'>): string {
    return event.reason;
  }

  @OnJobEvent('job.completed', 'job.retried')
  async either(event: JobEventOfType<'job.completed' | 'job.retried'>): Promise<number> {
    return event.durationMs;
  }
}

export class Orders {
  constructor(@InjectJobs(() => Stock) private readonly stock: JobsOf<Stock>) {}

  @Job()
  async place(item: string): Promise<string> {
    return (await this.stock.reserve(item)).id;
  }
}

/** Each has the other's jobs. */
export class Stock {
  constructor(@InjectJobs(Orders) private readonly orders: JobsOf<Orders>) {}

  @Job()
  async reserve(item: string): Promise<string> {
    return (await this.orders.place(item)).id;
  }
}

export async function clientRefuses(
  jobs: JobClient,
  billing: JobsOf<Billing>,
  only: JobsOf<Billing, 'nightly'>,
  order: Order,
): Promise<void> {
  // @ts-expect-error wrong payload
  await jobs.enqueue(Billing, 'charge', { orderId: 5, total: 1 });
  // @ts-expect-error a field is missing
  await jobs.enqueue(Billing, 'charge', { orderId: 'a' });
  // @ts-expect-error the payload is missing
  await jobs.enqueue(Billing, 'charge');
  // @ts-expect-error no such method
  await jobs.enqueue(Billing, 'chrge', order);
  // @ts-expect-error not asynchronous
  await jobs.enqueue(Billing, 'total', order);
  // @ts-expect-error not a method
  await jobs.enqueue(Billing, 'rate', order);
  // @ts-expect-error takes no payload
  await jobs.enqueue(Billing, 'nightly', order);
  // @ts-expect-error neither of the union
  await jobs.enqueue(Billing, 'command', { kind: 'start' });
  // @ts-expect-error of the subclass' type
  await jobs.enqueue(Billing, 'importOne', { id: 'a' });
  // @ts-expect-error unknown option
  await jobs.enqueue(Billing, 'charge', order, { dely: '10m' });
  // @ts-expect-error no duration
  await jobs.enqueue(Billing, 'charge', order, { delay: '10 minutes' });
  // @ts-expect-error no priority
  await jobs.enqueue(Billing, 'charge', order, { priority: 'urgent' });
  // @ts-expect-error wrong payload
  await jobs.enqueue(chargeJob, { orderId: 'a' });
  // @ts-expect-error what the schema takes
  await jobs.enqueue(parsedJob, { at: 'x', size: '3' });
  // @ts-expect-error one id for many jobs
  await jobs.enqueueMany(chargeJob, [order], { id: 'x' });
  // @ts-expect-error ended jobs are not listed
  await jobs.list(chargeJob, { state: 'completed' });
  // @ts-expect-error a deadline is asked for
  await jobs.waitFor('id');

  // @ts-expect-error wrong payload
  await billing.charge({ orderId: 'a' });
  // @ts-expect-error no such job
  await billing.total(order);
  // @ts-expect-error narrowed away
  await only.charge(order);
  // @ts-expect-error frozen
  billing.nightly = only.nightly;
}

export class WrongListener {
  // @ts-expect-error the event is another one
  @OnJobEvent('job.completed')
  buried(event: JobEventOfType<'job.buried'>): void {
    void event;
  }

  // @ts-expect-error no such event
  @OnJobEvent('job.burried')
  none(): void {}
}
