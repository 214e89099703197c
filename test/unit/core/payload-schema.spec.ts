import 'reflect-metadata';
import { IsInt, IsString, Min, ValidateNested } from 'class-validator';
import { Type } from 'class-transformer';
import * as v from 'valibot';
import { z } from 'zod';
import { classValidatorSchema, isPreparedSchema } from '../../../lib/core/class-validator-schema.js';
import { applySchema, InvalidPayloadError } from '../../../lib/core/payload-schema.js';

class Item {
  @IsString()
  sku!: string;

  @IsInt()
  @Min(1)
  quantity!: number;
}

class Order {
  @IsString()
  orderId!: string;

  @ValidateNested({ each: true })
  @Type(() => Item)
  items!: Item[];

  get size(): number {
    return this.items.length;
  }
}

const zod = z.object({
  orderId: z.string(),
  items: z.array(z.object({ sku: z.string(), quantity: z.int().positive() })),
  at: z.coerce.date(),
});
const valibot = v.object({
  orderId: v.string(),
  items: v.array(v.object({ sku: v.string(), quantity: v.pipe(v.number(), v.minValue(1)) })),
});
const classes = classValidatorSchema(Order);
const good = { orderId: 'A-1', items: [{ sku: 'x', quantity: 2 }], at: '2030-01-01T00:00:00.000Z' };
const bad = {
  orderId: 'A-1',
  items: [
    { sku: 'x', quantity: 2 },
    { sku: 'y', quantity: 0 },
  ],
  at: good.at,
};

describe('a schema', () => {
  it('gives its output: at once where it is synchronous', async () => {
    expect(applySchema(zod, good, 'shop.charge')).toEqual({ ...good, at: new Date(good.at) });
    expect(applySchema(valibot, good, 'shop.charge')).toEqual({ orderId: 'A-1', items: good.items });
    const order = (await applySchema(classes, good, 'shop.charge')) as Order;
    expect(order).toBeInstanceOf(Order);
    expect(order.items[0]).toBeInstanceOf(Item);
    expect(order.size).toBe(1);
  });

  it.each([
    ['zod', zod],
    ['valibot', valibot],
    ['class-validator', classes],
  ])('of %s refuses with the job and the path of the field', async (_, schema) => {
    const refused = (async () => applySchema(schema, bad, 'shop.charge'))();
    await expect(refused).rejects.toBeInstanceOf(InvalidPayloadError);
    await expect(refused).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
      message: expect.stringMatching(/^shop\.charge: its payload does not fit the schema: items\.1\.quantity: /),
    });
  });

  it('that waits for something may refuse late', async () => {
    const late = z.object({ id: z.string().refine(async (id) => id.startsWith('A')) });
    await expect(applySchema(late, { id: 'B' }, 'a')).rejects.toBeInstanceOf(InvalidPayloadError);
    expect(await applySchema(late, { id: 'A' }, 'a')).toEqual({ id: 'A' });
  });

  it('names the first issues and counts the rest', () => {
    const many = z.object(Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`f${i}`, z.string()])));
    const refused = (): unknown => applySchema(many, {}, 'a');
    expect(refused).toThrow(/f0: .*; f4: [^;]*; and 3 more$/);
    expect(refused).toThrow(expect.objectContaining({ issues: Array.from({ length: 8 }, () => expect.anything()) }));
  });

  it('says so when the payload itself is of another kind', () => {
    expect(() => applySchema(zod, 'x', 'a')).toThrow('(payload): ');
  });

  it('may throw for reasons of its own, which pass through', async () => {
    const broken = z.string().refine(() => {
      throw new TypeError('no database');
    });
    await expect((async () => applySchema(broken, 'x', 'a'))()).rejects.toBeInstanceOf(TypeError);
  });
});

describe('a class with class-validator decorators', () => {
  it.each([null, undefined, 'x', 5, [1]])('refuses %p', async (value) => {
    await expect(applySchema(classes, value, 'a')).rejects.toThrow('expected an object of the fields of Order');
  });

  it('refuses a class that has no decorators, which would let everything pass', async () => {
    class Bare {}
    await expect(applySchema(classValidatorSchema(Bare), { a: 1 }, 'a')).rejects.toBeInstanceOf(InvalidPayloadError);
  });

  it('can be asked at boot whether its packages are there', async () => {
    expect(isPreparedSchema(classes)).toBe(true);
    expect(isPreparedSchema(zod)).toBe(false);
    await expect(classes.prepare()).resolves.toBeUndefined();
  });
});

describe('without the packages', () => {
  it('boot is told which to install', async () => {
    await jest.isolateModulesAsync(async () => {
      jest.doMock('class-transformer', () => {
        throw new Error("Cannot find module 'class-transformer'");
      });
      const { classValidatorSchema: again } = await import('../../../lib/core/class-validator-schema.js');
      await expect(again(Order).prepare()).rejects.toMatchObject({
        code: 'SCHEMA_PACKAGE_MISSING',
        message: expect.stringContaining('npm i class-validator class-transformer'),
      });
    });
  });
});
