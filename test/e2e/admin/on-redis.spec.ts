import { Injectable } from '@nestjs/common';
import { Job, JobClient } from '../../../lib/index.js';
import { adminApps } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

const REASON = { reason: 'the list of cards is back' };

@Injectable()
class Billing {
  static accepts = false;

  @Job({ name: 'billing.charge', queue: 'billing', idempotencyKey: 'orderId' })
  async charge(_order: { orderId: string; email: string }): Promise<void> {
    if (!Billing.accepts) throw Object.assign(new Error('the card is not known'), { status: 400 });
  }
}

describeWithRedis('the admin on Redis', (redis) => {
  const start = adminApps();
  beforeEach(() => (Billing.accepts = false));

  it('replays from one process what died in another, and tells the whole story afterwards', async () => {
    const options = { redis: redis().url, prefix: `admin-${process.pid}` };
    const worker = await start('express', { providers: [Billing] }, options);
    const office = await start('fastify', { providers: [] }, { ...options, worker: false });
    const { id } = await worker.app.get(JobClient).enqueue(Billing, 'charge', { orderId: 'A-1', email: 'bob@' });
    await eventually(async () => expect((await office.get(`dead-letters/${id}`)).status).toBe(200));

    Billing.accepts = true;
    const patch = [{ op: 'replace', path: '/email', value: 'bob@example.org' }];
    const edit = { ...REASON, patch };
    expect(await office.post(`dead-letters/${id}/replay`, edit)).toMatchObject({
      status: 422,
      body: { code: 'SCHEMA_UNAVAILABLE' },
    });
    expect((await worker.post(`dead-letters/${id}/replay`, edit)).status).toBe(200);
    await eventually(async () => expect((await office.get(`jobs/${id}`)).body.state).toBe('completed'));
    const { lives } = (await office.get(`jobs/${id}`)).body;
    expect(lives).toEqual([
      { life: 0, attempts: [], burial: expect.objectContaining({ httpStatus: 400, life: 0 }) },
      {
        life: 1,
        attempts: [],
        begunBy: expect.objectContaining({
          ...REASON,
          actor: 'ada@example.org',
          patch: [{ op: 'replace', path: '/email' }],
        }),
      },
    ]);
  });

  it('writes down who cancelled, and who is not to be told of what', async () => {
    const options = { redis: redis().url, prefix: `audit-${process.pid}` };
    const { app, get, post } = await start('express', { providers: [Billing] }, options);
    const order = { orderId: 'A-2', email: '' };
    const { id } = await app.get(JobClient).enqueue(Billing, 'charge', order, { delay: '1h' });
    expect((await post(`jobs/${id}/cancel`, REASON)).status).toBe(200);
    const silence = await post('silences', { ...REASON, for: '1h', rule: 'memory-pressure' });
    expect((await post(`silences/${silence.body.id}/end`, REASON)).status).toBe(200);
    const { items } = (await get('audit?limit=10')).body;
    expect(items.map(({ action, actor }: { action: string; actor: string }) => [action, actor])).toEqual([
      ['unsilence', 'ada@example.org'],
      ['silence', 'ada@example.org'],
      ['cancel', 'ada@example.org'],
    ]);
    const { body: page } = await get('audit?limit=2');
    expect((await get(`audit?limit=2&cursor=${page.nextCursor}`)).body.items).toEqual([items[2]]);
  });

  it('says plainly that the store is away', async () => {
    const { get, logger, app } = await start('express', {}, { redis: redis().url, commandTimeout: '300ms' });
    expect((await get('queues')).status).toBe(200);
    await redis().stop();
    const answer = await get('queues');
    expect([503, 504]).toContain(answer.status);
    expect(answer.body.code).toMatch(/^ENGINE_/);
    expect(answer.text).not.toContain('127.0.0.1');
    expect(logger.of('error').join()).toContain('an admin request failed');
    await app.close();
  });
});
