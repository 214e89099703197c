import { Injectable } from '@nestjs/common';
import { Job, JobClient } from '../../../lib/index.js';
import { ADAPTERS, ADA, adminApps, ask, OWN_PAGE, versioned, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const BY = { actor: 'ada@example.org', reason: 'the partner is down' };
const REASON = { reason: BY.reason };

@Injectable()
class Partner {
  static isUp = false;

  @Job({ name: 'partner.sync', queue: 'partners', maxRetries: 0, owner: 'team-p' })
  async sync({ n }: { n: number }): Promise<void> {
    if (!Partner.isUp) throw new Error(`partner 10.0.0.${n} refused it`);
  }

  @Job({ name: 'partner.report', queue: 'partners' })
  async report(): Promise<void> {}
}

describe.each(ADAPTERS)('the resources of the admin on %s', (adapter) => {
  const start = adminApps();
  beforeEach(() => (Partner.isUp = false));

  const withDead = async (count: number): Promise<AdminApp> => {
    const admin = await start(adapter, { providers: [Partner] });
    const payloads = Array.from({ length: count }, (_, n) => ({ n }));
    await admin.app.get(JobClient).enqueueMany(Partner, 'sync', payloads);
    const all = async () => (await admin.get('dead-letters?limit=100')).body.items;
    await eventually(async () => expect(await all()).toHaveLength(count));
    return admin;
  };

  it('pauses and resumes a queue or a job type, in the name of whoever asked', async () => {
    const { app, get, post } = await start(adapter, { providers: [Partner] });
    await app.get(JobClient).enqueue(Partner, 'report', undefined, { delay: '1h' });
    expect((await post('queues/partners/pause', REASON)).body).toMatchObject({ queue: 'partners', paused: true });
    const type = await post('queues/partners/pause', { ...REASON, name: 'partner.report' });
    expect(type.body.types).toEqual([expect.objectContaining({ type: 'partner.report', paused: true, scheduled: 1 })]);
    expect((await get('queues/partners')).body.paused).toBe(true);
    expect((await post('queues/partners/resume', REASON)).body.paused).toBe(false);

    const refused = [
      await post('queues/nowhere/pause', REASON),
      await post('queues/partners/pause', { ...REASON, name: 'partner.rep' }),
      await post('queues/partners/pause', {}),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 422]);
    const { items } = (await get('audit?queue=partners')).body;
    expect(items.map(({ action, target }: { action: string; target: string }) => [action, target])).toEqual([
      ['resume', 'partners'],
      ['pause', 'partner.report'],
      ['pause', 'partners'],
    ]);
    expect(items[0]).toMatchObject(BY);
    expect((await get('queues?limit=1')).body.items).toHaveLength(1);
  });

  it('lists jobs of a type in a state, page by page, and cancels one', async () => {
    const { app, get, post } = await start(adapter, { providers: [Partner] });
    const options = { delay: '1h', priority: 'low' } as const;
    const payloads = Array.from({ length: 5 }, (_, n) => ({ n }));
    const receipts = await app.get(JobClient).enqueueMany(Partner, 'sync', payloads, options);
    const path = 'jobs?queue=partners&name=partner.sync&state=scheduled&limit=3';
    const { body: first } = await get(path);
    const { body: second } = await get(`${path}&cursor=${first.nextCursor}`);
    const found = [...first.items, ...second.items].map(({ id }: { id: string }) => id);
    expect(found.sort()).toEqual(receipts.map(({ id }) => id).sort());
    expect(second.nextCursor).toBeUndefined();
    expect(first.items[0]).not.toHaveProperty('payload');
    expect((await get('jobs?queue=partners')).body.code).toBe('ADMIN_QUERY_INVALID');

    const [{ id }] = receipts;
    expect(await post(`jobs/${id}/cancel`, {})).toMatchObject({
      status: 422,
      body: { code: 'ACTOR_AND_REASON_REQUIRED' },
    });
    expect(await post(`jobs/${id}/cancel`, REASON)).toMatchObject({ status: 200, body: { id, status: 'cancelled' } });
    expect(await post(`jobs/${id}/cancel`, REASON)).toMatchObject({
      status: 409,
      body: { detail: expect.stringContaining('is cancelled already') },
    });
    expect((await post(`jobs/${id}x/cancel`, REASON)).status).toBe(404);
    expect((await get('audit')).body.items).toEqual([
      expect.objectContaining({ action: 'cancel', target: id, ...BY, before: '{"state":"scheduled"}' }),
    ]);
  });

  it('groups dead letters by their cause, and replays them by a plan that was tried dry', async () => {
    const { get, post } = await withDead(12);
    const { body: groups } = await get('dead-letter-groups');
    expect(groups.items).toEqual([
      expect.objectContaining({ name: 'partner.sync', count: 12, message: expect.stringContaining('refused it') }),
    ]);
    const [{ group }] = groups.items;
    const plan = { ...REASON, action: 'replay', selection: { group, buriedAfter: '2020-01-01' }, canary: 2 };

    const dry = await post('replays', { ...plan, dryRun: true });
    expect(dry.body).toEqual({ matching: 12, sample: expect.any(Array) });
    expect(dry.body.sample).toHaveLength(10);
    expect((await get('replays')).body.items).toEqual([]);

    Partner.isUp = true;
    const { body: begun } = await post('replays', { ...plan, planId: 'ticket-1' });
    expect(begun).toMatchObject({ id: 'ticket-1', ...BY });
    await eventually(async () => {
      expect((await get('replays/ticket-1')).body).toMatchObject({ state: 'completed', moved: 12, died: 0 });
    });
    const [{ id }] = dry.body.sample;
    // The type has no key and keeps no result, so nothing is left of what completed.
    expect((await get(`jobs/${id}`)).status).toBe(404);
    const { items } = (await get('audit?limit=100')).body;
    expect(items.filter(({ target }: { target: string }) => target === id)).toEqual([
      expect.objectContaining({ action: 'replay', ...BY, after: expect.stringContaining('ticket-1') }),
    ]);
    expect(await post('replays/ticket-1/abort', REASON)).toMatchObject({ status: 409, body: { code: 'PLAN_STATE' } });
    expect(await get('replays/ticket-2')).toMatchObject({ status: 404, body: { code: 'PLAN_UNKNOWN' } });
  });

  it('pauses, resumes and aborts a plan, and resolves by one', async () => {
    const { get, post } = await withDead(3);
    const plan = { ...REASON, action: 'replay', selection: { queue: 'partners' }, ratePerSecond: 1, planId: 'slow' };
    expect((await post('replays', plan)).status).toBe(200);
    expect((await post('replays/slow/pause', REASON)).body.state).toBe('paused');
    expect((await post('replays/slow/resume', REASON)).body.state).toBe('running');
    expect((await post('replays/slow/abort', REASON)).body).toMatchObject({ state: 'aborted', stateReason: BY.reason });

    const resolution = { ...REASON, action: 'resolve', selection: {}, planId: 'settle' };
    expect((await post('replays', { ...resolution, selection: { text: 'refused it' } })).status).toBe(200);
    await eventually(async () => expect((await get('replays/settle')).body.state).toBe('completed'));
    await eventually(async () => expect((await get('dead-letters')).body.items).toEqual([]));

    const refused = [
      await post('replays', { ...plan, action: 'erase' }),
      await post('replays', { ...plan, selection: undefined }),
      await post('replays', { ...plan, selection: { que: 'partners' } }),
      await post('replays', { ...plan, selection: { buriedAfter: 'yesterday' } }),
      await post('replays', { ...plan, dryRun: 'yes' }),
      await post('replays', { ...plan, ratePerSecond: 0 }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422, 422]);
  });

  it('tells what fires, and is silent about it for a while', async () => {
    const { get, post } = await withDead(1);
    await eventually(async () => {
      const { items } = (await get('alerts?state=firing')).body;
      expect(items).toEqual([expect.objectContaining({ rule: 'job-buried', owner: 'team-p', isSilenced: false })]);
    });
    const { status, body } = await post('silences', { ...REASON, queue: 'partners', for: '30m' });
    expect(status).toBe(201);
    expect((await get('alerts')).body.items[0].isSilenced).toBe(true);
    expect((await get('silences')).body.items).toEqual([
      expect.objectContaining({ ...body, ...BY, queue: 'partners' }),
    ]);
    const everywhere = await post('silences', { ...REASON, rule: 'depth', for: '5m' });

    for (const { id } of [body, everywhere.body])
      expect((await post(`silences/${id}/end`, { reason: 'mended' })).status).toBe(200);
    expect((await get('silences')).body.items).toEqual([]);
    expect((await post(`silences/${body.id}/end`, REASON)).status).toBe(404);
    const refused = [
      await post('silences', { for: '30m' }),
      await post('silences', { ...REASON }),
      await post('silences', { ...REASON, for: '31d' }),
      await post('silences', { ...REASON, for: '1h', queue: 'no{such}queue' }),
      await post('silences', { ...REASON, for: '1h', rule: 'none' }),
    ];
    expect(refused.map(({ status }) => status)).toEqual([422, 422, 422, 422, 422]);
    const { items } = (await get('audit')).body;
    expect(items.map((entry: { action: string; target: string }) => `${entry.action} ${entry.target}`).sort()).toEqual(
      [body.id, everywhere.body.id].flatMap((id) => [`silence ${id}`, `unsilence ${id}`]).sort(),
    );
    expect(items.every(({ actor }: { actor: string }) => actor === BY.actor)).toBe(true);
    expect((await post('alerts/trial', {})).body).toEqual({ items: [{ channel: 'log' }] });
  });

  it('tells at a glance how things stand', async () => {
    const { get } = await withDead(2);
    await eventually(async () => {
      const { body } = await get('overview');
      expect(body).toMatchObject({
        health: { status: 'up' },
        alerts: { firing: 1 },
        ledger: { sound: true, findings: [] },
        workforce: { workers: 1 },
        depth: { dead: 2, waiting: 0 },
      });
      expect(body.today.dead).toBe(2);
    });
    expect((await get('workers')).body.items).toEqual([
      expect.objectContaining({ queues: ['partners'], pid: process.pid }),
    ]);
    expect((await get('metrics/types?window=hour')).body.items).toEqual([
      expect.objectContaining({ name: 'partner.sync', depth: expect.objectContaining({ dead: 2 }) }),
    ]);
    expect((await get('metrics/today?queue=partners')).body.dead).toBe(2);
    expect((await get('metrics/series?minutes=3')).body.items).toHaveLength(3);
    expect((await get('metrics/workforce')).body.workers).toBe(1);
    expect((await get('metrics/ledger')).body).toHaveProperty('items');
    expect((await get('health')).body.checks.store.status).toBe('up');
    const refused = [
      await get('metrics/series?minutes=2000'),
      await get('metrics/types?window=year'),
      await get('workers?limit=1000'),
      await get('workers?cursor=x'),
    ];
    expect(refused.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
  });

  it('stand below a global prefix, and have no version', async () => {
    const { url } = await start(adapter, { providers: [Partner] }, { arrange: versioned });
    const at = (path: string) => ask(`${url}/internal/v0/admin/jobs/api/${path}`, { headers: ADA });
    expect((await at('overview')).status).toBe(200);
    expect((await ask(`${url}/admin/jobs/api/overview`, { headers: ADA })).status).toBe(404);
    const pause = { method: 'POST', headers: { ...ADA, ...OWN_PAGE }, body: JSON.stringify(REASON) };
    const answer = await ask(`${url}/internal/v0/admin/jobs/api/queues/partners/pause`, pause);
    expect(answer).toMatchObject({ status: 200, body: { paused: true } });
  });
});
