import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { DeadLetterService, Job, JobClient, VigilModule, type VigilOptions } from '../../../lib/index.js';
import { VigilTesting, VigilTestingModule } from '../../../lib/testing/index.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

const ADA = { actor: 'ada@example.org', reason: 'the list of cards is back' };
const schema = z.object({ orderId: z.string(), card: z.string() });

@Injectable()
class Billing {
  static accepts = (_card: string): boolean => false;

  @Job({ name: 'billing.charge', queue: 'billing', idempotencyKey: 'orderId', schema, maxRetries: 0 })
  async charge({ card }: z.infer<typeof schema>): Promise<void> {
    if (!Billing.accepts(card)) throw Object.assign(new Error(`${card} is refused`), { status: 400 });
  }
}

beforeEach(() => (Billing.accepts = () => false));

describe('dead letters of an application under test', () => {
  it('come back by a plan, when time is moved', async () => {
    const testing = await Test.createTestingModule({
      imports: [VigilTestingModule.forRoot()],
      providers: [Billing],
    }).compile();
    await testing.init();
    const vigil = testing.get(VigilTesting);
    const letters = testing.get(DeadLetterService);
    const orders = Array.from({ length: 8 }, (_, n) => ({ orderId: `A-${n}`, card: n === 0 ? 'closed' : 'expired' }));
    await testing.get(JobClient).enqueueMany(Billing, 'charge', orders);
    expect(await vigil.run()).toMatchObject({ buried: 8 });

    Billing.accepts = (card) => card !== 'closed';
    const { id } = await letters.replayMany({ name: 'billing.charge' }, { ...ADA, canary: 2 });
    expect(await vigil.advance('10s')).toMatchObject({ completed: 7, buried: 1 });
    expect(await letters.plans.progress(id)).toMatchObject({ state: 'completed', moved: 8, completed: 7, died: 1 });

    const [left] = await vigil.deadLetters();
    const edit = { patch: [{ op: 'replace', path: '/card', value: 'another' }] } as const;
    await expect(letters.replay(left.id, { ...ADA, edit: { payload: {} } })).rejects.toMatchObject({
      code: 'PAYLOAD_INVALID',
    });
    await letters.replay(left.id, { ...ADA, edit, life: left.life });
    expect(await vigil.run()).toMatchObject({ completed: 1, buried: 0 });
    await testing.close();
  });
});

describeWithRedis('a plan that an application began', (redis) => {
  it('is carried on by another one, which does no other work', async () => {
    const options: VigilOptions = { redis: redis().url, prefix: `plans-${process.pid}` };
    const start = async (more: VigilOptions) => {
      @Module({ imports: [VigilModule.forRoot({ ...options, ...more })], providers: [Billing] })
      class App {}
      const app = await NestFactory.createApplicationContext(App, { logger: false });
      return app.init();
    };
    const worker = await start({});
    const orders = Array.from({ length: 20 }, (_, n) => ({ orderId: `A-${n}`, card: 'expired' }));
    await worker.get(JobClient).enqueueMany(Billing, 'charge', orders);
    const letters = worker.get(DeadLetterService);
    await eventually(async () => (await letters.list({ limit: 100 })).items.length === 20);
    Billing.accepts = () => true;
    const { id } = await letters.replayMany({}, { ...ADA, ratePerSecond: 2 });
    await eventually(async () => (await letters.plans.progress(id)).moved > 0);
    await worker.close();

    const operator = await start({ worker: false });
    const { plans } = operator.get(DeadLetterService);
    const { moved } = await plans.progress(id);
    await eventually(async () => (await plans.progress(id)).moved > moved, { timeout: 10_000 });
    await plans.abort(id, ADA);
    expect(await plans.progress(id)).toMatchObject({ state: 'aborted', died: 0 });
    await operator.close();
  }, 30_000);
});
