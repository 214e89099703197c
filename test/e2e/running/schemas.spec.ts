import { Injectable } from '@nestjs/common';
import { Type } from 'class-transformer';
import { IsDate, IsInt, IsString, Min, ValidateNested } from 'class-validator';
import * as v from 'valibot';
import { z } from 'zod';
import { DeadLetterService, defineJob, InvalidPayloadError, Job } from '../../../lib/index.js';
import { memoryApps } from '../../support/nest-apps.js';

const start = memoryApps();
const WAIT = { timeout: '5s' } as const;

class Item {
  @IsString()
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

class OrderPayload {
  @IsString()
  orderId!: string;

  @IsDate()
  @Type(() => Date)
  at!: Date;

  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];
}

const zodOrder = z.object({
  orderId: z.string().min(1),
  at: z.coerce.date(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int().positive().default(1) })),
});
const valibotOrder = v.object({
  orderId: v.pipe(v.string(), v.trim()),
  at: v.pipe(
    v.string(),
    v.isoTimestamp(),
    v.transform((text) => new Date(text)),
  ),
  items: v.array(v.object({ sku: v.string(), quantity: v.pipe(v.number(), v.minValue(1)) })),
});
const zodJob = defineJob('zod.contract', { schema: zodOrder, idempotencyKey: 'orderId' });

interface Handled {
  orderId: string;
  at: Date;
  items: { sku: string; quantity: number }[];
}

/** What reached the handler, as far as JSON can tell of it. */
const seen = ({ orderId, at, items }: Handled) => ({
  orderId,
  isDate: at instanceof Date,
  isItem: items[0] instanceof Item,
  quantity: items[0].quantity,
});

@Injectable()
class Orders {
  calls = 0;

  @Job({ schema: zodOrder, idempotencyKey: 'orderId', keepResult: true })
  async zod(order: z.infer<typeof zodOrder>) {
    this.calls++;
    return seen(order);
  }

  @Job({ schema: valibotOrder, idempotencyKey: 'orderId', keepResult: true })
  async valibot(order: v.InferOutput<typeof valibotOrder>) {
    this.calls++;
    return seen(order);
  }

  @Job({ schema: OrderPayload, idempotencyKey: 'orderId', keepResult: true })
  async classes(order: OrderPayload) {
    this.calls++;
    return seen(order);
  }

  @Job(zodJob, { keepResult: true })
  async contract(order: z.output<typeof zodOrder>): Promise<void> {
    void order;
  }
}

const good = { orderId: 'A-1', at: '2030-01-01T00:00:00.000Z', items: [{ sku: 'x', quantity: 2 }] };
const bad = {
  ...good,
  items: [
    { sku: 'x', quantity: 2 },
    { sku: 'y', quantity: 0 },
  ],
};

describe.each(['zod', 'valibot', 'classes'] as const)('a job with a schema of %s', (method) => {
  const payload = good as never;

  it('keeps the payload as it was sent, and gives the handler what the schema makes of it', async () => {
    const { jobs } = await start({ providers: [Orders] });
    const receipt = await jobs.enqueue(Orders, method, payload);
    expect(await jobs.waitFor(receipt, WAIT)).toEqual({
      orderId: 'A-1',
      isDate: true,
      isItem: method === 'classes',
      quantity: 2,
    });
    const { jobs: others } = await start({ providers: [Orders] }, { autoStart: false });
    const { id } = await others.enqueue(Orders, method, payload);
    expect((await others.get(id))?.payload).toEqual(good);
  });

  it('refuses at enqueue what does not fit, with the job and the path of the field, and sends nothing', async () => {
    const { app, jobs } = await start({ providers: [Orders] });
    const refused = jobs.enqueue(Orders, method, bad as never);
    await expect(refused).rejects.toBeInstanceOf(InvalidPayloadError);
    await expect(refused).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringMatching(
        new RegExp(`^Orders\\.${method}: its payload does not fit the schema: items\\.1\\.quantity: `),
      ),
    });
    await expect(jobs.enqueueMany(Orders, method, [good, bad] as never[])).rejects.toThrow(
      `Orders.${method} (payload 1): its payload does not fit`,
    );
    expect(await jobs.enqueue(Orders, method, payload)).toMatchObject({ status: 'created' });
    expect(app.get(Orders).calls).toBeLessThanOrEqual(1);
  });

  it('takes instances and dates, which are sent as the JSON they become', async () => {
    const { jobs } = await start({ providers: [Orders] }, { autoStart: false });
    const at = new Date(good.at);
    const order = method === 'classes' ? Object.assign(new OrderPayload(), good, { at }) : { ...good, at };
    const { id } = await jobs.enqueue(Orders, method, order as never);
    expect((await jobs.get(id))?.payload).toEqual(good);
  });
});

describe('a payload that an older producer sent', () => {
  // Its producer knows no schema, or an older one.
  const looseJob = defineJob<{ orderId: string; items?: unknown }>('Orders.zod', { idempotencyKey: 'orderId' });

  it('is parsed before each attempt, and buried at once when it does not fit', async () => {
    const { app, jobs } = await start({ providers: [Orders] });
    const { id } = await jobs.enqueue(looseJob, { orderId: 'A-1', items: [{ quantity: 'two' }] });
    await expect(jobs.waitFor(id, WAIT)).rejects.toMatchObject({ code: 'JOB_DEAD', reason: 'invalid_payload' });
    const letter = await app.get(DeadLetterService).get(id);
    expect(letter).toMatchObject({
      reason: 'invalid_payload',
      payload: { orderId: 'A-1', items: [{ quantity: 'two' }] },
    });
    expect(letter?.history).toHaveLength(1);
    expect(letter?.history[0]?.error?.message).toMatch(/^Orders\.zod: its payload does not fit the schema: /);
    expect(app.get(Orders).calls).toBe(0);
  });

  it('gets what the schema of the worker adds', async () => {
    const { jobs } = await start({ providers: [Orders] });
    const sent = { orderId: 'A-1', at: 0, items: [{ sku: 'x' }] };
    expect(await jobs.waitFor(await jobs.enqueue(looseJob, sent), WAIT)).toMatchObject({ isDate: true, quantity: 1 });
  });

  it('is lifted to the version of the worker, and then parsed', async () => {
    @Injectable()
    class Migrated {
      @Job({
        name: 'migrated',
        version: 3,
        schema: z.object({ orderId: z.string(), total: z.number() }),
        keepResult: true,
        migrate: {
          1: ({ id }: { id: string }) => ({ orderId: id }),
          2: (order: { orderId: string }) => ({ ...order, total: 0 }),
        },
      })
      async run(order: { orderId: string; total: number }): Promise<string> {
        return `${order.orderId} ${order.total}`;
      }
    }
    const { jobs } = await start({ providers: [Migrated] });
    const first = await jobs.enqueue(defineJob<{ id: string }, string>('migrated', { version: 1 }), { id: 'A' });
    const second = await jobs.enqueue(defineJob<{ orderId: string }, string>('migrated', { version: 2 }), {
      orderId: 'B',
    });
    expect([await jobs.waitFor(first, WAIT), await jobs.waitFor(second, WAIT)]).toEqual(['A 0', 'B 0']);
    expect(await jobs.waitFor(await jobs.enqueue(Migrated, 'run', { orderId: 'C', total: 1 }), WAIT)).toBe('C 1');
  });
});

describe('a contract with a schema', () => {
  it('is checked by producers that have no handler', async () => {
    const { jobs } = await start({}, { worker: false });
    await expect(jobs.enqueue(zodJob, bad)).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringMatching(/^zod\.contract: its payload does not fit the schema: items\.1\.quantity/),
    });
    expect(await jobs.enqueue(zodJob, { ...good, items: [{ sku: 'x' }] })).toMatchObject({ status: 'created' });
  });
});
