import {
  Catch,
  Controller,
  Get,
  Injectable,
  ValidationPipe,
  type ArgumentsHost,
  type ExceptionFilter,
} from '@nestjs/common';
import { APP_FILTER, APP_PIPE, HttpAdapterHost } from '@nestjs/core';
import { Job, JobClient, type JobContext } from '../../../lib/index.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import {
  ADAPTERS,
  ADA,
  adminApps,
  ask,
  HeaderGuard,
  OWN_PAGE,
  type AdminApp,
  type Answer,
} from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

const CANARY = 'canary-4711-secret';
const REASON = { reason: 'a test' };
const HOSTILE = `"><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}\u2028\r\nx-injected: a=b`;

@Injectable()
class Vault {
  @Job({ name: 'vault.open', queue: 'vault', maxRetries: 0, idempotencyKey: 'n' })
  async open(_order: object, ctx: JobContext): Promise<void> {
    await ctx.progress({ step: 1, apiKey: CANARY });
    throw new Error(`could not connect with password=${CANARY} to https://ann:${CANARY}@vault`, {
      cause: new Error(`authorization: Bearer ${CANARY}`),
    });
  }

  @Job({ name: 'vault.fail', queue: 'vault', maxRetries: 0, idempotencyKey: 'n' })
  async fail({ message }: { n: number; message: string }): Promise<void> {
    throw Object.assign(new Error(message), { name: message });
  }
}

describe.each(ADAPTERS)('what the admin answers on %s', (adapter) => {
  const start = adminApps();

  const letterOf = async ({ app, get }: AdminApp, method: 'open' | 'fail', payload: object): Promise<string> => {
    const { id } = await app.get(JobClient).enqueue(Vault, method, payload as { n: number; message: string });
    await eventually(async () => expect((await get(`dead-letters/${id}`)).status).toBe(200));
    return id;
  };

  it('has the headers that keep browsers careful, whatever it is', async () => {
    const admin = await start(
      adapter,
      { providers: [Vault] },
      {
        admin: { guards: [HeaderGuard], mutations: { max: 1, per: '1h' } },
      },
    );
    const { app, url, get, post } = admin;
    const engine = app.get(VIGIL_ENGINE);
    const answers: Answer[] = [
      await get('overview'),
      await ask(`${url}/admin/jobs/api/overview`),
      await get('dead-letters?limit=0'),
      await get('jobs/vault~vault.open~s1~aaaaaaaaaaaa'),
      await post('queues/vault/pause', REASON, { 'content-type': 'text/plain' }),
      await post('queues/vault/pause', {}),
      await post('queues/vault/pause', REASON),
    ];
    engine.stats = () => Promise.reject(new Error(CANARY));
    answers.push(await get('queues'));
    expect(answers.map(({ status }) => status)).toEqual([200, 403, 400, 404, 415, 422, 429, 500]);
    for (const { headers, text } of answers) {
      expect(Object.fromEntries(headers)).toMatchObject({
        'content-security-policy': expect.stringMatching(/^default-src 'none'.*frame-ancestors 'none'$/),
        'x-content-type-options': 'nosniff',
        'x-frame-options': 'DENY',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'cross-origin-resource-policy': 'same-origin',
      });
      expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|http/);
      expect(text).not.toContain(CANARY);
    }
  });

  it('shows no secret, to nobody, in no field', async () => {
    const admin = await start(adapter, { providers: [Vault] }, { redact: { keys: ['iban'] } });
    const { get, post, logger } = admin;
    const payload = {
      n: 1,
      iban: CANARY,
      card: { cvc: CANARY, token: [CANARY] },
      note: `password=${CANARY}`,
      plain: 'kept',
    };
    const id = await letterOf(admin, 'open', payload);
    const patch = [
      { op: 'replace', path: '/card/cvc', value: CANARY },
      { op: 'add', path: '/secret', value: { deep: CANARY } },
      { op: 'add', path: '/note2', value: `password=${CANARY}` },
    ];
    expect((await post(`dead-letters/${id}/replay`, { ...REASON, patch })).status).toBe(200);
    await eventually(async () => expect((await get(`dead-letters/${id}`)).body.life).toBe(1));
    await eventually(async () => expect((await get('alerts')).body.items).toHaveLength(1));

    const texts = await Promise.all(
      [
        ...['overview', 'queues', 'jobs?queue=vault&name=vault.open&state=dead', `jobs/${id}`, `jobs/${id}/payload`],
        ...[
          'dead-letters',
          `dead-letters/${id}`,
          `dead-letters/${id}/payload`,
          'dead-letter-groups',
          'replays',
          'workers',
        ],
        ...[
          'alerts',
          'silences',
          'audit',
          'metrics/types',
          'metrics/today',
          'metrics/series',
          'metrics/ledger',
          'health',
        ],
      ].map(async (path): Promise<[string, number, boolean]> => {
        const { status, text } = await get(path);
        return [path, status, text.includes(CANARY)];
      }),
    );
    expect(texts.filter(([, status, leaks]) => status !== 200 || leaks)).toEqual([]);
    expect((await get(`jobs/${id}/payload`)).body.payload).toMatchObject({
      ...{ n: 1, iban: '[redacted]', plain: 'kept', secret: '[redacted]' },
      card: { cvc: '[redacted]', token: '[redacted]' },
    });
    expect([...logger.of('log'), ...logger.of('warn'), ...logger.of('error')].join()).not.toContain(CANARY);
    expect((await get('audit')).text).not.toContain('note2=');
  });

  it('carries a hidden value nowhere, and does not let it be guessed', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    const id = await letterOf(admin, 'open', { n: 2, list: [{ a: 1 }, { password: CANARY }], to: '' });
    for (const operation of [
      { op: 'copy', from: '/list/1/password', path: '/to' },
      { op: 'move', from: '/list', path: '/to' },
      { op: 'copy', from: '', path: '/to' },
      { op: 'test', path: '/list/1/password', value: CANARY },
    ]) {
      const patch = [{ op: 'remove', path: '/list/0' }, operation];
      expect(await admin.post(`dead-letters/${id}/replay`, { ...REASON, patch })).toMatchObject({
        status: 422,
        body: { code: 'PATCH_FORBIDDEN' },
      });
    }
    expect((await admin.get(`dead-letters/${id}`)).body.life).toBe(0);
  });

  it('gives hostile texts back as JSON and nothing else', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    const id = await letterOf(admin, 'fail', { n: 3, message: HOSTILE });
    const { body } = await admin.get(`dead-letters/${id}`);
    expect(body.lives[0].attempts[0].error.message).toBe(HOSTILE);
    const { get, post } = admin;
    const answers = [
      await get('dead-letters'),
      await get(`dead-letters/${encodeURIComponent(HOSTILE)}`),
      await get(`dead-letters?${encodeURIComponent(HOSTILE)}=1`),
      await get(`queues/${encodeURIComponent(HOSTILE)}`),
      await get(`dead-letters?reason=${encodeURIComponent(HOSTILE)}`),
      await post(`dead-letters/${id}/replay`, { reason: 'x', [HOSTILE]: 1 }),
      await post('queues/vault/pause', { reason: HOSTILE, name: HOSTILE }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([200, 400, 400, 404, 400, 422, 404]);
    for (const { headers } of answers) {
      expect(headers.get('content-type')).toMatch(/^application\/(problem\+)?json/);
      expect(headers.get('x-injected')).toBeNull();
    }
  });

  it('searches for a text as it is', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    await letterOf(admin, 'fail', { n: 4, message: 'Refused (code 7*) by [a.b]' });
    const found = async (text: string) =>
      (await admin.get(`dead-letters?text=${encodeURIComponent(text)}`)).body.items.length;
    const texts = ['(code 7*)', 'refused', '[A.B]', '.*', '(code 7+', 'code 7%', '(a+)+$'];
    expect(await Promise.all(texts.map(found))).toEqual([1, 1, 1, 0, 0, 0, 0]);
  });

  it('makes nothing of prototypes in what it is sent', async () => {
    const admin = await start(adapter, { providers: [Vault] });
    const id = await letterOf(admin, 'fail', { n: 5, message: 'no' });
    const bodies = [
      '{"reason":"x","__proto__":{"polluted":1}}',
      '{"reason":"x","constructor":{"prototype":{"polluted":1}}}',
      '{"reason":"x","patch":[{"op":"add","path":"/__proto__/polluted","value":1}]}',
      '{"reason":"x","patch":[{"op":"add","path":"/x","value":{"__proto__":{"polluted":1}}}]}',
      '{"reason":"x","patch":"none"}',
      '[]',
      'null',
      '"text"',
    ];
    for (const body of bodies) {
      const url = `${admin.url}/admin/jobs/api/dead-letters/${id}/replay`;
      const { status } = await ask(url, { method: 'POST', headers: { ...ADA, ...OWN_PAGE }, body });
      expect([body, [400, 422].includes(status)]).toEqual([body, true]);
    }
    const queries = ['__proto__[polluted]=1', '__proto__.polluted=1', 'constructor=1', 'toString=1', 'queue[a]=b'];
    for (const query of queries)
      expect([query, (await admin.get(`dead-letters?${query}`)).status]).toEqual([query, 400]);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect((await admin.get(`dead-letters/${id}`)).body.life).toBe(0);
  });

  it('is as it is beside what the application does with its own', async () => {
    @Controller('own')
    class Own {
      @Get()
      fail(): never {
        throw new Error('own trouble');
      }
    }
    @Catch()
    class Teapot implements ExceptionFilter {
      constructor(private readonly host: HttpAdapterHost) {}
      catch(_: unknown, host: ArgumentsHost): void {
        this.host.httpAdapter.reply(host.switchToHttp().getResponse(), { tea: true }, 418);
      }
    }
    const strict = new ValidationPipe({
      whitelist: true,
      forbidNonWhitelisted: true,
      forbidUnknownValues: true,
      transform: true,
    });
    const admin = await start(adapter, {
      controllers: [Own],
      providers: [Vault, { provide: APP_FILTER, useClass: Teapot }, { provide: APP_PIPE, useValue: strict }],
    });
    expect(await ask(`${admin.url}/own`)).toMatchObject({ status: 418, body: { tea: true } });
    expect(await admin.get('jobs/nonsense')).toMatchObject({ status: 400, body: { code: 'JOB_ID_INVALID' } });
    const paused = await admin.post('queues/vault/pause', { ...REASON });
    expect(paused).toMatchObject({ status: 200, body: { paused: true } });
    expect((await admin.get('dead-letters?queue=vault&limit=3')).status).toBe(200);
  });
});
