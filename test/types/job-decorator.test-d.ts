import { z } from 'zod';
import * as v from 'valibot';
import { Job } from '../../lib/decorators/job.decorator.js';
import { defineJob } from '../../lib/core/define-job.js';
import { JobContext } from '../../lib/core/job-context.js';
import type { DeadJob } from '../../lib/core/on-dead.js';

interface Order {
  orderId: string;
  customer: { id: number; name?: string };
  items: string[];
  total: number;
}
interface Receipt {
  payment: string;
}

export class Handlers {
  @Job()
  async none(): Promise<void> {}

  @Job({ queue: 'mail', maxRetries: 3, timeout: '30s', concurrency: { global: 2 } })
  async contextOnly(_: void, ctx: JobContext): Promise<string> {
    return ctx.id;
  }

  @Job({ idempotencyKey: 'orderId' })
  async sole(order: Order): Promise<Receipt> {
    return { payment: order.orderId };
  }

  @Job({ idempotencyKey: 'customer.id', backoff: { type: 'fixed', delay: '1s' }, retryOn: [TypeError] })
  async both(order: Order, ctx: JobContext): Promise<void> {
    await ctx.progress(order.total);
  }

  @Job({ idempotencyKey: (order: Order) => `${order.orderId}:${order.total}` })
  async keyFunction(order: Order): Promise<unknown> {
    return order;
  }

  @Job({ idempotencyKey: 'orderId' })
  async optional(order?: Order): Promise<void> {
    void order;
  }

  @Job({ idempotencyKey: (order) => order.orderId })
  async looseKeyFunction(order: Order): Promise<void> {
    void order;
  }

  @Job({ idempotencyKey: 'reference' })
  async optionalField(order: { reference?: string }): Promise<void> {
    void order;
  }

  @Job({
    backoff: ({ failures }) => failures * 1000,
    classify: ({ error }) => (error instanceof RangeError ? 'bury' : 'default'),
  })
  async union(command: { kind: 'a'; a: string } | { kind: 'b'; b: number }): Promise<void> {
    void command;
  }

  @Job({ schema: z.object({ orderId: z.string(), at: z.coerce.date() }), idempotencyKey: 'orderId' })
  async zod(order: { orderId: string; at: Date }): Promise<void> {
    void order;
  }

  @Job({ schema: v.object({ orderId: v.string() }) })
  async valibot(order: { orderId: string }): Promise<void> {
    void order;
  }

  @Job({ version: 2, migrate: { 1: (old: { id: string }) => ({ orderId: old.id }) } })
  async migrated(order: { orderId: string }): Promise<void> {
    void order;
  }
}

export abstract class Importer<T extends { id: string }> {
  @Job({ idempotencyKey: 'id' })
  async run(record: T): Promise<void> {
    await this.save(record);
  }
  @Job({ idempotencyKey: ({ id }: { id: string }) => id })
  async check(record: T): Promise<void> {
    await this.save(record);
  }
  protected abstract save(record: T): Promise<void>;
}

const chargeJob = defineJob<Order, Receipt>('billing.charge', {
  queue: 'billing',
  idempotencyKey: 'orderId',
  version: 2,
});
const parsedJob = defineJob('parsed', { schema: z.object({ at: z.coerce.date() }) });
const nightly = defineJob('nightly');

export class ContractHandlers {
  @Job(chargeJob, { maxRetries: 5, timeout: '30s' })
  async charge(order: Order, ctx: JobContext): Promise<Receipt> {
    return { payment: order.orderId + ctx.id };
  }

  @Job(chargeJob)
  async less(): Promise<Receipt> {
    return { payment: '' };
  }

  @Job(parsedJob)
  async output(payload: { at: Date }): Promise<number> {
    return payload.at.getTime();
  }

  @Job(nightly)
  async nothing(_: void, ctx: JobContext): Promise<void> {
    void ctx;
  }
}

export class Compensated {
  @Job({ idempotencyKey: 'orderId', onDead: 'refund' })
  async charge(order: Order): Promise<void> {
    void order;
  }

  @Job(chargeJob, { maxRetries: 5, onDead: { method: 'refund', maxRetries: 20, timeout: '2m' } })
  async contract(order: Order): Promise<Receipt> {
    return { payment: order.orderId };
  }

  @Job({ schema: z.object({ orderId: z.string(), at: z.coerce.date() }), onDead: 'anything' })
  async parsed(order: { orderId: string; at: Date }): Promise<void> {
    void order;
  }

  @Job({ onDead: 'anything' })
  async none(): Promise<void> {}

  async refund({ payload, reason }: DeadJob<Order>, ctx: JobContext): Promise<void> {
    void [payload.customer.id, reason, ctx.id];
  }

  async anything({ id }: DeadJob): Promise<void> {
    void id;
  }
}

export class WronglyCompensated {
  // @ts-expect-error no such method
  @Job({ onDead: 'refnd' })
  async misspelt(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error takes what died of another job
  @Job({ onDead: 'returnReceipt' })
  async another(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error takes what died of another job
  @Job(chargeJob, { onDead: { method: 'returnReceipt' } })
  async contract(order: Order): Promise<Receipt> {
    return { payment: order.orderId };
  }

  // @ts-expect-error takes the payload rather than what died
  @Job({ onDead: 'takesPayload' })
  async payload(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error what it does can not be waited for
  @Job({ onDead: 'synchronous' })
  async sync(order: Order): Promise<void> {
    void order;
  }

  async returnReceipt({ payload }: DeadJob<Receipt>): Promise<void> {
    void payload.payment;
  }

  async takesPayload(order: Order): Promise<void> {
    void order;
  }

  synchronous(dead: DeadJob<Order>): void {
    void dead;
  }
}

export class Mistakes {
  // @ts-expect-error a job is asynchronous
  @Job()
  synchronous(order: Order): string {
    return order.orderId;
  }

  // @ts-expect-error two parameters at most
  @Job()
  async three(order: Order, ctx: JobContext, more: string): Promise<void> {
    void [order, ctx, more];
  }

  // @ts-expect-error the second parameter is the context
  @Job()
  async secondIsNoContext(order: Order, more: string): Promise<void> {
    void [order, more];
  }

  // @ts-expect-error no such field
  @Job({ idempotencyKey: 'orderID' })
  async misspelt(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error no such field inside
  @Job({ idempotencyKey: 'customer.uuid' })
  async misspeltInside(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error neither a string nor a number
  @Job({ idempotencyKey: 'customer' })
  async keyIsObject(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error there is no payload to take a key from
  @Job({ idempotencyKey: 'orderId' })
  async keyOfNothing(): Promise<void> {}

  // @ts-expect-error takes another payload
  @Job({ idempotencyKey: (receipt: Receipt) => receipt.payment })
  async keyOfAnother(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error the schema gives a Date
  @Job({ schema: z.object({ at: z.coerce.date() }) })
  async schemaMismatch(payload: { at: string }): Promise<void> {
    void payload;
  }

  // @ts-expect-error an option that does not exist
  @Job({ maxRetry: 3 })
  async unknownOption(): Promise<void> {}

  // @ts-expect-error not a duration
  @Job({ timeout: '30 seconds' })
  async badDuration(): Promise<void> {}

  // @ts-expect-error the contract has another payload
  @Job(chargeJob)
  async wrongPayload(receipt: Receipt): Promise<Receipt> {
    return receipt;
  }

  // @ts-expect-error the contract promises a receipt
  @Job(chargeJob)
  async wrongResult(order: Order): Promise<Order> {
    return order;
  }

  // @ts-expect-error the contract gives no payload
  @Job(nightly)
  async payloadOfNothing(order: Order): Promise<void> {
    void order;
  }

  // @ts-expect-error the contract part is the contract's
  @Job(chargeJob, { queue: 'other' })
  async contractPart(order: Order): Promise<Receipt> {
    return { payment: order.orderId };
  }
}

// @ts-expect-error no field of the payload
defineJob<Order>('bad.key', { idempotencyKey: 'order' });
// @ts-expect-error an array has no field to be a key
defineJob<Order>('bad.array', { idempotencyKey: 'items' });
