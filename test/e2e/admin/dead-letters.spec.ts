import { Injectable } from '@nestjs/common';
import { z } from 'zod';
import { Job, JobClient, type EnqueueReceipt } from '../../../lib/index.js';
import { ADAPTERS, adminApps, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const schema = z.object({ orderId: z.string(), email: z.string().email(), password: z.string() });

@Injectable()
class Billing {
  static accepts = false;
  static readonly charged: unknown[] = [];

  @Job({ name: 'billing.charge', queue: 'billing', idempotencyKey: 'orderId', keepResult: true, schema })
  async charge(order: z.infer<typeof schema>): Promise<string> {
    if (!Billing.accepts) throw Object.assign(new Error('the card is not known'), { status: 400 });
    Billing.charged.push(order);
    return `charged ${order.orderId}`;
  }
}

const ORDER = { orderId: 'A-1', email: 'bob@example.org', password: 'hunter2' };

describe.each(ADAPTERS)('dead letters over HTTP on %s', (adapter) => {
  const start = adminApps();
  beforeEach(() => {
    Billing.accepts = false;
    Billing.charged.length = 0;
  });

  const buried = async ({ app, get }: AdminApp, order = ORDER): Promise<string> => {
    const { id }: EnqueueReceipt = await app.get(JobClient).enqueue(Billing, 'charge', order);
    await eventually(async () => expect((await get(`dead-letters/${id}`)).status).toBe(200));
    return id;
  };

  it('are found by their cause, replayed once it is mended, and show both lives', async () => {
    const admin = await start(adapter, { providers: [Billing] });
    const id = await buried(admin);

    const byKey = (key: string) => admin.get(`jobs?queue=billing&name=billing.charge&idempotencyKey=${key}`);
    expect((await byKey('A-1')).body).toEqual({ items: [expect.objectContaining({ id, state: 'dead' })] });
    expect((await byKey('A-2')).body).toEqual({ items: [] });
    for (const wrong of ['', 'x'.repeat(600), 'A-1&state=dead']) expect((await byKey(wrong)).status).toBe(400);
    const numbers = await buried(admin, { ...ORDER, orderId: '7' });
    expect((await byKey('7')).body.items).toMatchObject([{ id: numbers, idempotencyKey: '7' }]);
    expect((await byKey('A-1')).text).not.toContain('hunter2');
    await admin.post(`dead-letters/${numbers}/resolve`, { reason: 'a test' });

    const list = await admin.get('dead-letters?httpStatus=400&limit=5');
    expect(list.body).toEqual({ items: [expect.objectContaining({ id, errorMessage: 'the card is not known' })] });

    const [plain] = (await admin.get('dead-letter-groups')).body.items;
    expect(plain).not.toHaveProperty('perHour');
    const [cause] = (await admin.get('dead-letter-groups?perHour=true')).body.items;
    expect(cause).toEqual({ ...plain, perHour: [...Array<number>(23).fill(0), 1] });
    expect((await admin.get('dead-letter-groups?perHour=yes')).body.code).toBe('ADMIN_QUERY_INVALID');

    Billing.accepts = true;
    const replayed = await admin.post(`dead-letters/${id}/replay`, { reason: 'the list of cards is back' });
    expect(replayed).toMatchObject({ status: 200, body: { id } });
    await eventually(() => Billing.charged.length === 1);
    await eventually(async () => expect((await admin.get(`jobs/${id}`)).body.state).toBe('completed'));

    const { body: job } = await admin.get(`jobs/${id}`);
    expect(job.lives).toEqual([
      {
        life: 0,
        attempts: [],
        burial: expect.objectContaining({
          reason: 'non_retryable',
          httpStatus: 400,
          errorMessage: 'the card is not known',
        }),
      },
      {
        life: 1,
        begunBy: expect.objectContaining({ actor: 'ada@example.org', reason: 'the list of cards is back' }),
        attempts: [],
      },
    ]);
    expect(await admin.get(`dead-letters/${id}`)).toMatchObject({ status: 404, body: { code: 'DEAD_LETTER_UNKNOWN' } });
    expect((await admin.get('audit?limit=1')).body.items).toEqual([
      expect.objectContaining({ action: 'replay', actor: 'ada@example.org', target: id }),
    ]);
  });

  it('are replayed with an edited payload, of which untouched secrets survive', async () => {
    const admin = await start(adapter, { providers: [Billing] });
    const id = await buried(admin);
    const { body: shown } = await admin.get(`dead-letters/${id}/payload`);
    expect(shown.payload).toEqual({ ...ORDER, password: '[redacted]' });

    const edit = (patch: unknown) => admin.post(`dead-letters/${id}/replay`, { reason: 'a typo', patch, life: 0 });
    expect(await edit([{ op: 'replace', path: '/email', value: 'nobody' }])).toMatchObject({
      status: 422,
      body: { code: 'PAYLOAD_INVALID', errors: [{ pointer: '/email' }] },
    });
    expect(await edit([{ op: 'remove', path: '/nothing' }])).toMatchObject({
      status: 422,
      body: { code: 'PATCH_FAILED' },
    });
    expect(await edit([{ op: 'copy', from: '/password', path: '/email' }])).toMatchObject({
      status: 422,
      body: { code: 'PATCH_FORBIDDEN' },
    });
    expect(Billing.charged).toEqual([]);

    Billing.accepts = true;
    const patch = [{ op: 'replace', path: '/email', value: 'ada@example.org' }];
    expect((await edit(patch)).status).toBe(200);
    await eventually(() => expect(Billing.charged).toEqual([{ ...ORDER, email: 'ada@example.org' }]));
    const { lives } = (await admin.get(`jobs/${id}`)).body;
    // Values are parts of a payload.
    expect(lives[1].begunBy.patch).toEqual([{ op: 'replace', path: '/email' }]);
  });

  it('are resolved, once', async () => {
    const admin = await start(adapter, { providers: [Billing] });
    const id = await buried(admin);
    const resolve = (body: object) => admin.post(`dead-letters/${id}/resolve`, body);
    expect(await resolve({})).toMatchObject({ status: 422, body: { code: 'ACTOR_AND_REASON_REQUIRED' } });
    expect(await resolve({ reason: 'refunded' })).toMatchObject({ status: 200, body: { state: 'resolved' } });
    expect(await resolve({ reason: 'refunded' })).toMatchObject({ status: 409, body: { code: 'DEAD_LETTER_SETTLED' } });
    expect(await resolve({ reason: 'refunded', actor: 'eve' })).toMatchObject({
      status: 422,
      body: { code: 'ADMIN_BODY_INVALID' },
    });
  });

  it('tell what is wrong with a request as problem details', async () => {
    const admin = await start(adapter, { providers: [Billing] });
    const unknown = 'billing~billing.charge~sNobody~aaaaaaaaaaaa';
    const answers = {
      notFound: await admin.get(`dead-letters/${unknown}`),
      noId: await admin.get('dead-letters/nonsense'),
      replayOfNone: await admin.post(`dead-letters/${unknown}/replay`, { reason: 'why not' }),
      tooMany: await admin.get('dead-letters?limit=101'),
      misspelt: await admin.get('dead-letters?que=billing'),
      cursor: await admin.get('dead-letters?cursor=x'),
      twice: await admin.get('dead-letters?queue=a&queue=b'),
    };
    const told = Object.entries(answers).map(([name, { status, body }]) => [name, status, body.status, body.code]);
    expect(told).toEqual([
      ['notFound', 404, 404, 'DEAD_LETTER_UNKNOWN'],
      ['noId', 400, 400, 'JOB_ID_INVALID'],
      ['replayOfNone', 404, 404, 'DEAD_LETTER_UNKNOWN'],
      ['tooMany', 400, 400, 'LIMIT_INVALID'],
      ['misspelt', 400, 400, 'ADMIN_QUERY_INVALID'],
      ['cursor', 400, 400, 'CURSOR_INVALID'],
      ['twice', 400, 400, 'ADMIN_QUERY_INVALID'],
    ]);
    expect(answers.notFound.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    expect(answers.notFound.body).toMatchObject({
      type: 'urn:nestjs-vigil:problem:dead-letter-unknown',
      title: 'Not found',
      detail: expect.stringContaining(unknown),
    });
  });

  it('with ids longer than a router takes are asked for by the query', async () => {
    @Injectable()
    class Long {
      @Job({ name: `long.${'x'.repeat(120)}`, queue: `q${'u'.repeat(120)}`, maxRetries: 0 })
      async run(): Promise<void> {
        throw new Error('no');
      }
    }
    const { app, get, post } = await start(adapter, { providers: [Long] });
    const { id } = await app.get(JobClient).enqueue(Long, 'run');
    await eventually(async () => expect((await get(`dead-letters/-?id=${id}`)).body).toMatchObject({ id }));
    const resolved = await post(`dead-letters/-/resolve?id=${id}`, { reason: 'refunded' });
    expect(resolved).toMatchObject({ status: 200, body: { id, state: 'resolved' } });
    const [queue = ''] = id.split('~');
    const paused = await post(`queues/-/pause?queue=${queue}`, { reason: 'enough' });
    expect(paused).toMatchObject({ status: 200, body: { queue, paused: true } });
  });
});
