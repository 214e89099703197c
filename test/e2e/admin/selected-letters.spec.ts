import { Injectable } from '@nestjs/common';
import { Job, JobClient, type AdminRight } from '../../../lib/index.js';
import { ADAPTERS, adminApps, HeaderGuard, type AdminApp, type AdminAppOptions } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

const REASON = { reason: 'the list of cards is back' };
const UNKNOWN = 'billing~billing.charge~sNobody~aaaaaaaaaaaa';

@Injectable()
class Billing {
  static accepts = false;
  static charged: string[] = [];

  @Job({ name: 'billing.charge', queue: 'billing', idempotencyKey: 'orderId', keepResult: true, maxRetries: 0 })
  async charge({ orderId }: { orderId: string }): Promise<string> {
    if (!Billing.accepts) throw new Error('the card is not known: password=hunter2');
    Billing.charged.push(orderId);
    return orderId;
  }
}

interface Outcome {
  readonly id: string;
  readonly ok: boolean;
  readonly problem?: { readonly status: number; readonly code: string; readonly detail: string };
}

async function buried({ app, get }: AdminApp, count: number): Promise<string[]> {
  const jobs = Array.from({ length: count }, (_, n) => ({ orderId: `A-${n}` }));
  const receipts = await Promise.all(jobs.map((job) => app.get(JobClient).enqueue(Billing, 'charge', job)));
  await eventually(async () => expect((await get('dead-letters?limit=100')).body.items).toHaveLength(count));
  return receipts.map(({ id }) => id);
}

beforeEach(() => {
  Billing.accepts = false;
  Billing.charged = [];
});

describe.each(ADAPTERS)('several dead letters in one request on %s', (adapter) => {
  const start = adminApps();

  it('are replayed and resolved each by itself, with an entry in the audit for each', async () => {
    const mutations = { max: 3, per: '1h' } as const;
    const admin = await start(adapter, { providers: [Billing] }, { admin: { guards: [HeaderGuard], mutations } });
    const { get, post } = admin;
    const ids = await buried(admin, 5);
    const [first, second, third, ...rest] = ids;

    const resolved = await post('dead-letters/resolve', { ids: [first, second], reason: 'refunded' });
    expect(resolved).toMatchObject({
      status: 200,
      body: {
        items: [
          { id: first, ok: true },
          { id: second, ok: true },
        ],
      },
    });
    Billing.accepts = true;
    const { status, body } = await post('dead-letters/replay', { ids: [third, first, UNKNOWN, ...rest], ...REASON });
    expect(status).toBe(200);
    const told = (body.items as Outcome[]).map(({ id, ok, problem }) => [id, ok, problem?.status, problem?.code]);
    expect(told).toEqual([
      [third, true, undefined, undefined],
      [first, false, 409, 'DEAD_LETTER_SETTLED'],
      [UNKNOWN, false, 404, 'DEAD_LETTER_UNKNOWN'],
      ...rest.map((id) => [id, true, undefined, undefined]),
    ]);
    expect((body.items as Outcome[])[1].problem?.detail).toContain('resolved');
    await eventually(() => expect([...Billing.charged].sort()).toEqual(['A-2', 'A-3', 'A-4']));

    const { items } = (await get('audit?limit=100')).body;
    const lines = (items as { action: string; target: string; actor: string; reason: string }[]).map(
      ({ action, target, actor, reason }) => [action, target, actor, reason].join(' '),
    );
    expect(lines.sort()).toEqual(
      [
        ...[first, second].map((id) => `resolve ${id} ada@example.org refunded`),
        ...[third, ...rest].map((id) => `replay ${id} ada@example.org ${REASON.reason}`),
      ].sort(),
    );
    // Two changes by now, whatever they were about.
    const again = { ids: [first], ...REASON };
    expect([
      (await post('dead-letters/replay', again)).status,
      (await post('dead-letters/replay', again)).status,
    ]).toEqual([200, 429]);
  });

  it('are all left alone where the request is not right', async () => {
    const admin = await start(adapter, { providers: [Billing] });
    const [id, other] = await buried(admin, 2);
    Billing.accepts = true;
    const many = Array.from({ length: 101 }, (_, n) => `billing~billing.charge~s${n}~aaaaaaaaaaaa`);
    const bodies: [unknown, string][] = [
      [{ ids: [id, other] }, 'ACTOR_AND_REASON_REQUIRED'],
      [{ ids: [id], reason: ' ' }, 'ACTOR_AND_REASON_REQUIRED'],
      [{ ids: [id], reason: 'x'.repeat(501) }, 'ACTOR_AND_REASON_REQUIRED'],
      [{ ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: id, ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: { 0: id, length: 1 }, ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id, other, id], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id, 'nonsense'], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id, ''], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id, 7], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id, null], ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: many, ...REASON }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id], ...REASON, actor: 'eve' }, 'ADMIN_BODY_INVALID'],
      [{ ids: [id], ...REASON, patch: [] }, 'ADMIN_BODY_INVALID'],
    ];
    for (const action of ['replay', 'resolve']) {
      for (const [body, code] of bodies) {
        const answer = await admin.post(`dead-letters/${action}`, body);
        expect([body, answer.status, answer.body.code]).toEqual([body, 422, code]);
      }
    }
    expect((await admin.get('audit')).body.items).toEqual([]);
    expect(Billing.charged).toEqual([]);
    const hundred = await admin.post('dead-letters/resolve', { ids: many.slice(1), ...REASON });
    expect([hundred.status, hundred.body.items.length]).toEqual([200, 100]);
  });

  it('take the right to operate, and a page of the same origin', async () => {
    const authorize = (_: unknown, right: AdminRight): boolean => right !== 'operate';
    const admin = await start(adapter, { providers: [Billing] }, { admin: { guards: [HeaderGuard], authorize } });
    const ids = await buried(admin, 1);
    for (const action of ['replay', 'resolve'])
      expect((await admin.post(`dead-letters/${action}`, { ids, ...REASON })).status).toBe(403);
    const open = await start(adapter, { providers: [Billing] });
    const elsewhere = { 'sec-fetch-site': 'cross-site' };
    expect((await open.post('dead-letters/replay', { ids, ...REASON }, elsewhere)).status).toBe(403);
    for (const action of ['replay', 'resolve']) expect((await open.get(`dead-letters/${action}`)).status).toBe(400);
  });
});

describeWithRedis('several dead letters in one request on Redis', (redis) => {
  const start = adminApps();

  it('are replayed, and what the store does not answer is told and logged once', async () => {
    const options: AdminAppOptions = { redis: redis().url, prefix: `several-${process.pid}`, commandTimeout: '400ms' };
    const admin = await start('express', { providers: [Billing] }, options);
    const ids = await buried(admin, 40);
    Billing.accepts = true;
    const { body } = await admin.post('dead-letters/replay', { ids: ids.slice(0, 30), ...REASON });
    expect(body.items).toEqual(ids.slice(0, 30).map((id) => ({ id, ok: true })));
    await eventually(() => expect(Billing.charged).toHaveLength(30));

    await redis().stop();
    const { status, body: away } = await admin.post('dead-letters/replay', { ids: ids.slice(30), ...REASON });
    expect(status).toBe(200);
    for (const { ok, problem } of away.items as Outcome[]) {
      expect([ok, problem?.code.startsWith('ENGINE_')]).toEqual([false, true]);
      expect(problem?.detail).not.toContain('127.0.0.1');
    }
    expect(admin.logger.of('error').filter((line) => line.includes('an admin request failed'))).toHaveLength(1);
    await admin.app.close();
  });
});
