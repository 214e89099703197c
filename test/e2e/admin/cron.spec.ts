import { Injectable } from '@nestjs/common';
import { Cron, NonRetryableJobError, type CronRun } from '../../../lib/index.js';
import { ADAPTERS, adminApps, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const REASON = { reason: 'the books were corrected' };
const ACTOR = { actor: 'ada@example.org', ...REASON };

@Injectable()
class Books {
  static work: (run: CronRun) => Promise<void> = async () => undefined;

  @Cron('0 3 1 1 *', { name: 'reconcile', timeZone: 'UTC', owner: 'team-b' })
  async reconcile(run: CronRun): Promise<void> {
    await Books.work(run);
  }
}

describe.each(ADAPTERS)('cron entries in the admin on %s', (adapter) => {
  const start = adminApps();
  beforeEach(() => (Books.work = async () => undefined));

  async function known(): Promise<AdminApp> {
    const admin = await start(adapter, { providers: [Books] });
    await eventually(async () => expect((await admin.get('cron')).body.items).toHaveLength(1));
    return admin;
  }

  it('are listed with their next slots, and run when somebody asks', async () => {
    const { get, post } = await known();
    const [entry] = (await get('cron')).body.items;
    expect(entry).toMatchObject({ name: 'reconcile', state: 'scheduled', zone: 'UTC', owner: 'team-b' });
    expect(new Date(entry.nextSlots[0]).toISOString()).toMatch(/-01-01T03:00:00.000Z$/);
    const { status, body } = await post('cron/reconcile/run', REASON);
    expect([status, body.id]).toEqual([200, expect.stringContaining('reconcile')]);
    await eventually(async () => {
      const { items } = (await get('cron/reconcile/history?limit=5')).body;
      expect(items).toMatchObject([{ trigger: 'manual', outcome: 'completed', jobId: body.id }]);
    });
    expect((await get('audit')).body.items).toEqual([expect.objectContaining({ action: 'cron-run', ...ACTOR })]);
  });

  it('do not run beside an earlier run, and show why one failed without its secrets', async () => {
    let end: (error: Error) => void = () => undefined;
    Books.work = () => new Promise((_, reject) => (end = reject));
    const { get, post } = await known();
    await post('cron/reconcile/run', REASON);
    await eventually(async () => expect((await get('cron/reconcile')).body.state).toBe('running'));
    expect(await post('cron/reconcile/run', REASON)).toMatchObject({ status: 409, body: { title: 'Conflict' } });
    await eventually(() => end !== undefined);
    end(new Error('no login: password=hunter2'));
    await eventually(async () => expect((await get('cron/reconcile')).body.last.outcome).toBe('failed'));
    const { text, body } = await get('cron/reconcile/history');
    expect(body.items[0].error.message).toContain('no login');
    expect(text).not.toContain('hunter2');
  });

  it('are listed with their histories in one request', async () => {
    @Injectable()
    class Desk {
      @Cron('0 4 1 1 *', { name: 'here', timeZone: 'UTC', lock: false })
      async here(): Promise<void> {}

      @Cron('0 5 1 1 *', { name: 'never-ran', timeZone: 'UTC' })
      async never(): Promise<void> {}
    }
    Books.work = () => Promise.reject(new NonRetryableJobError('no login: password=hunter2'));
    const { get, post } = await start(adapter, { providers: [Books, Desk] });
    await eventually(async () => expect((await get('cron')).body.items).toHaveLength(3));
    for (const name of ['here', 'reconcile', 'reconcile', 'reconcile']) {
      const { body } = await post(`cron/${name}/run`, REASON);
      await eventually(async () => {
        const [newest] = (await get(`cron/${name}/history?limit=1`)).body.items;
        expect([newest.jobId, typeof newest.outcome]).toEqual([body.id, 'string']);
      });
    }
    const { text, body } = await get('cron?history=2');
    expect(text).not.toContain('hunter2');
    const histories = (body.items as { name: string; history: unknown[] }[]).map(({ name, history }) => [
      name,
      history,
    ]);
    const alone = async (name: string) => [name, (await get(`cron/${name}/history?limit=2`)).body.items];
    expect(histories).toEqual([await alone('here'), await alone('never-ran'), await alone('reconcile')]);
    expect(body.items.map(({ history }: { history: unknown[] }) => history.length)).toEqual([1, 0, 2]);

    const [plain] = (await get('cron')).body.items;
    expect(plain).not.toHaveProperty('history');
    const page = (await get('cron?history=1&limit=1')).body;
    expect([page.items.length, page.items[0].history.length, typeof page.nextCursor]).toEqual([1, 1, 'string']);
    for (const history of ['0', '101', 'x', ''])
      expect([history, (await get(`cron?history=${history}`)).status]).toEqual([history, 400]);
  });

  it('are paused, resumed and forgotten by whoever may, with a reason', async () => {
    const { get, post } = await known();
    expect((await post('cron/reconcile/pause', REASON)).body).toMatchObject({ state: 'paused', nextSlots: [] });
    expect((await post('cron/reconcile/resume', REASON)).body.state).toBe('scheduled');
    expect((await post('cron/reconcile/forget', REASON)).body).toEqual({ id: 'reconcile' });
    expect((await get('cron/reconcile')).status).toBe(404);
    const { items } = (await get('audit')).body;
    expect(items.map(({ action }: { action: string }) => action)).toEqual(['cron-forget', 'cron-resume', 'cron-pause']);
    const refused = [
      await post('cron/nobody/run', REASON),
      await post('cron/nobody/pause', REASON),
      await get('cron/nobody/history'),
      await post('cron/reconcile/pause', {}),
    ];
    expect(refused.map(({ status }) => status)).toEqual([404, 404, 404, 422]);
  });

  it('can be looked at, and no more, by whoever may only view', async () => {
    const authorize = (_: unknown, right: string): boolean => right === 'view';
    const { get, post } = await start(adapter, { providers: [Books] }, { admin: { authorize } });
    expect((await get('cron')).status).toBe(200);
    for (const what of ['run', 'pause', 'resume', 'forget'])
      expect((await post(`cron/reconcile/${what}`, REASON)).status).toBe(403);
  });
});
