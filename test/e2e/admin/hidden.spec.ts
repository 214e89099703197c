import { Injectable } from '@nestjs/common';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { Cron, Job, JobClient, type AdminRequest, type AdminRight } from '../../../lib/index.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { ADAPTERS, adminApps, HeaderGuard, type AdminApp } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const CANARY = 'canary-4711-secret';
const SECRET = `password=${CANARY}`;
/** As somebody may write it who pastes what he tried. */
const REASON = { reason: `tried it with ${SECRET}` };

interface Order {
  readonly n: number;
  readonly pin?: string;
  readonly card?: { readonly pin: string };
  readonly note?: string;
}

/** Like some libraries, it quotes what it refuses. */
const orders: StandardSchemaV1<Order, Order> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate: (value) => {
      const { pin, card, note } = value as Order;
      const refused = (path: string[], given: unknown) =>
        typeof given === 'string' && given.endsWith('!') ? [{ path, message: `it must not be '${given}'` }] : [];
      const issues = [...refused(['pin'], pin), ...refused(['card', 'pin'], card?.pin), ...refused(['note'], note)];
      return issues.length > 0 ? { issues } : { value: value as Order };
    },
  },
};

@Injectable()
class Vault {
  @Job({ name: 'vault.open', queue: 'vault', maxRetries: 0, schema: orders })
  async open(_order: Order): Promise<void> {
    const cause = Object.assign(new Error('refused'), { code: SECRET });
    throw Object.assign(new Error('closed', { cause }), { code: SECRET });
  }

  @Cron('0 0 1 1 *', { name: 'vault.yearly', queue: 'vault' })
  async yearly(): Promise<void> {
    throw Object.assign(new Error('closed'), { name: SECRET });
  }
}

describe.each(ADAPTERS)('what is hidden on %s', (adapter) => {
  const start = adminApps();

  const letterOf = async ({ app, get }: AdminApp, order: Order): Promise<string> => {
    const { id } = await app.get(JobClient).enqueue(Vault, 'open', order);
    await eventually(async () => expect((await get(`dead-letters/${id}`)).status).toBe(200));
    return id;
  };

  const leaks = async ({ get }: AdminApp, paths: readonly string[]): Promise<unknown[]> => {
    const answers = await Promise.all(paths.map(async (path) => ({ path, ...(await get(path)) })));
    return answers.filter(({ status, text }) => status !== 200 || text.includes(CANARY)).map(({ path }) => path);
  };

  it('stands in no reason that somebody gave', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    const { get, post } = admin;
    const id = await letterOf(admin, { n: 1 });
    const plan = { ...REASON, action: 'replay', selection: { queue: 'vault' }, planId: 'p1' };
    const answers = [
      await post('silences', { ...REASON, for: '1h', queue: 'vault' }),
      await post('queues/vault/pause', REASON),
      await post('replays', plan),
      await post('replays/p1/pause', REASON),
      await post('replays/p1/resume', REASON),
      await post('replays/p1/abort', REASON),
      await post('queues/vault/resume', REASON),
    ];
    await eventually(async () => expect((await get(`dead-letters/${id}`)).body?.life).toBe(1));
    const patch = [{ op: 'add', path: '/note', value: 'a' }];
    answers.push(await post(`dead-letters/${id}/replay`, { ...REASON, patch }));
    expect(answers.map(({ status, text }) => [status, text.includes(CANARY)])).toEqual(
      [201, 200, 200, 200, 200, 200, 200, 200].map((status) => [status, false]),
    );
    await eventually(async () => expect((await get(`dead-letters/${id}`)).body?.life).toBe(2));
    const letters = [`dead-letters/${id}`, `dead-letters/${id}/payload`, `jobs/${id}`, `jobs/${id}/payload`];
    expect(await leaks(admin, ['silences', 'replays', 'replays/p1', 'audit', ...letters])).toEqual([]);
    expect((await get('silences')).body.items[0].reason).toBe('tried it with password=[redacted]');
  });

  it('stands in no code of an error, and in no message of the store', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    const { app, get, post } = admin;
    const id = await letterOf(admin, { n: 1 });
    expect((await post('cron/vault.yearly/run', { reason: 'a test' })).status).toBe(200);
    await eventually(async () => expect((await get('cron/vault.yearly')).body.last.outcome).toBe('failed'));
    const [{ error }] = (await get(`jobs/${id}`)).body.lives[0].attempts;
    expect([error.code, error.causes[0].code]).toEqual(['password=[redacted]', 'password=[redacted]']);
    app.get(VIGIL_ENGINE).health = () => Promise.reject(new Error(`no way in with ${SECRET}`));
    await eventually(async () => expect((await get('health')).text).toContain('no way in'));
    const cron = ['cron', 'cron/vault.yearly', 'cron/vault.yearly/history', 'cron?history=5'];
    expect(await leaks(admin, ['health', 'overview', `jobs/${id}`, `dead-letters/${id}`, ...cron])).toEqual([]);
  });

  it('is not found out by trying, without the right to see it', async () => {
    const authorize = ({ headers }: AdminRequest, right: AdminRight) =>
      headers['x-user'] === 'ada' || right !== 'view-payload';
    const admin = await start(adapter, { providers: [Vault] }, { admin: { guards: [HeaderGuard], authorize } });
    const id = await letterOf(admin, { n: 1, note: 'flat 7' });
    const replay = (name: string, patch: object[]) =>
      admin.post(`dead-letters/${id}/replay`, { reason: 'a test', patch }, { 'x-user': name });
    const absent = { op: 'remove', path: '/absent' };
    const guesses = [
      { op: 'test', path: '/note', value: 'flat 7' },
      { op: 'test', path: '/note', value: 'flat 8' },
      { op: 'copy', from: '/note', path: '/pin' },
      { op: 'move', from: '/note', path: '/pin' },
    ];
    for (const guess of guesses) {
      const detail = `it takes the right to view-payload to ${guess.op} what stands in a payload`;
      expect(await replay('eve', [guess, absent])).toMatchObject({ status: 403, body: { detail } });
    }
    expect((await replay('ada', [guesses[0], absent])).body.detail).toContain("nothing at '/absent'");
    expect((await admin.get(`dead-letters/${id}`)).body.life).toBe(0);
    expect((await replay('eve', [{ op: 'replace', path: '/note', value: 'flat 9' }])).status).toBe(200);
  });

  it('is not quoted by what a schema says of it, and the rest is', async () => {
    const admin = await start(adapter, { providers: [Vault] }, { redact: { keys: ['pin'] } });
    const id = await letterOf(admin, { n: 1, pin: '1', card: { pin: '2' } });
    const patch = [
      { op: 'replace', path: '/pin', value: `${CANARY}!` },
      { op: 'replace', path: '/card', value: { pin: `${CANARY}!` } },
      { op: 'add', path: '/note', value: 'oh!' },
    ];
    const { status, body, text } = await admin.post(`dead-letters/${id}/replay`, { reason: 'a test', patch });
    expect([status, text.includes(CANARY)]).toEqual([422, false]);
    expect(body.errors).toEqual([
      { pointer: '/pin', detail: '[redacted]' },
      { pointer: '/card/pin', detail: '[redacted]' },
      { pointer: '/note', detail: "it must not be 'oh!'" },
    ]);
  });
});
