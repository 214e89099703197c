import { z } from 'zod';
import type { PayloadMigration } from '../../../lib/core/job-definition.js';
import { Scene, type JobSetup } from './scene.js';

const lift = (migrate: (payload: Record<string, unknown>) => unknown): PayloadMigration => migrate;

async function deliver(
  setup: Partial<JobSetup>,
  payload: string,
  version = 1,
): Promise<{ seen: unknown[]; scene: Scene; id: string }> {
  const seen: unknown[] = [];
  const scene = await new Scene([{ run: (data) => seen.push(data), ...setup }]).start();
  const id = await scene.enqueue({ key: 'k', payload, version });
  await scene.rest();
  await scene.close();
  return { seen, scene, id };
}

describe('a payload on its way to the handler', () => {
  it('is undefined where none was given', async () => {
    expect((await deliver({}, '')).seen).toEqual([undefined]);
  });

  it('is what the schema makes of it, each time anew', async () => {
    const schema = z.object({ at: z.string().transform((text) => new Date(text)), n: z.number().default(7) });
    expect((await deliver({ schema }, '{"at":"2026-11-24"}')).seen).toEqual([{ at: new Date('2026-11-24'), n: 7 }]);
  });

  it('may wait for an asynchronous schema and migration', async () => {
    const schema = z.object({ total: z.number() }).refine(async ({ total }) => Promise.resolve(total > 0));
    const migrations = new Map([[1, lift(async ({ cents }) => Promise.resolve({ total: (cents as number) / 100 }))]]);
    expect((await deliver({ schema, version: 2, migrations }, '{"cents":150}')).seen).toEqual([{ total: 1.5 }]);
  });

  it('is lifted from version to version', async () => {
    const migrations = new Map([
      [2, lift(({ b }) => ({ c: `${b as string}3` }))],
      [1, lift(({ a }) => ({ b: `${a as string}2` }))],
      [3, lift(({ c }) => ({ d: `${c as string}4` }))],
    ]);
    expect((await deliver({ version: 4, migrations }, '{"a":"1"}', 1)).seen).toEqual([{ d: '1234' }]);
    expect((await deliver({ version: 4, migrations }, '{"c":"x"}', 3)).seen).toEqual([{ d: 'x4' }]);
    expect((await deliver({ version: 4, migrations }, '{"d":"x"}', 4)).seen).toEqual([{ d: 'x' }]);
  });

  it.each([
    ['does not fit the schema', { schema: z.object({ order: z.object({ id: z.string() }) }) }, /order\.id: /],
    [
      'can not be migrated',
      { version: 2, migrations: new Map([[1, lift(() => JSON.parse('{'))]]) },
      /of version 1 can not be migrated/,
    ],
    [
      'can not be migrated in time',
      { version: 2, migrations: new Map([[1, lift(() => Promise.reject(new Error('x')))]]) },
      /can not be migrated/,
    ],
  ])('is buried as invalid_payload when it %s', async (_, setup, message) => {
    const { scene, id, seen } = await deliver(setup, '{"order":{}}');
    const job = await scene.job(id);
    expect(seen).toEqual([]);
    expect(job).toMatchObject({
      state: 'dead',
      burial: { reason: 'invalid_payload' },
      attempts: [{ outcome: 'failed', error: { message: expect.stringMatching(message) } }],
    });
  });

  it('is not blamed for a schema that fails by itself', async () => {
    const schema = {
      '~standard': { version: 1, vendor: 'own', validate: () => Promise.reject(new Error('no database')) },
    } as never;
    const { scene, id } = await deliver({ schema }, '{}');
    expect(await scene.job(id)).toMatchObject({
      state: 'scheduled',
      attempts: [{ error: { message: 'no database' } }],
    });
  });

  it('refused by an enqueue of the handler’s own is an error of the handler', async () => {
    const run = (): void => void z.object({ a: z.string() }).parse({});
    const { scene, id } = await deliver({ run }, '{}');
    expect(await scene.job(id)).toMatchObject({ state: 'dead', burial: { reason: 'non_retryable' } });
  });
});

describe('workers of two versions side by side', () => {
  it('each claim what they can handle: the new one migrates, the old one leaves the new alone', async () => {
    const seen = { old: [] as unknown[], young: [] as unknown[] };
    const first = await new Scene([{ run: (data) => seen.old.push(data) }]).start();
    const migrations = new Map([[1, lift(({ id }) => ({ orderId: id }))]]);
    const second = new Scene([{ run: (data) => seen.young.push(data), version: 2, migrations }], {
      store: first.store,
      clock: first.clock,
    });
    for (let id = 0; id < 20; id++) {
      await first.enqueue({ data: { id } });
      await first.enqueue({ data: { orderId: id }, version: 2 });
    }
    await first.rest();
    expect(seen.old).toHaveLength(20);
    expect(await first.engine.stats('work')).toMatchObject({
      types: [
        { version: 1, completed: 20 },
        { version: 2, waiting: 20 },
      ],
    });
    await first.close();
    await second.worker.start();
    await second.enqueue({ data: { id: 'late' } });
    await second.rest();
    expect(seen.young).toHaveLength(21);
    expect(seen.young).toContainEqual({ orderId: 'late' });
    await second.close();
  });
});
