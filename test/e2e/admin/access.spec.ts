import { ForbiddenException, Injectable } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { ExpressAdapter } from '@nestjs/platform-express';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import { Job, JobClient, type AdminRequest, type AdminRight } from '../../../lib/index.js';
import { ADAPTERS, ADA, adminApps, ask, askRaw, HeaderGuard, OWN_PAGE, type Answer } from '../../support/admin-app.js';
import { eventually } from '../../support/eventually.js';

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 0 })
  async send(_mail: { to: string }): Promise<void> {
    throw new Error('the mailbox is full');
  }
}

const REASON = { reason: 'a test' };
const PATH = '/admin/jobs/api/overview';

describe.each(ADAPTERS)('who may use the admin on %s', (adapter) => {
  const start = adminApps();

  const withLetter = async (options: Parameters<typeof start>[2]) => {
    const admin = await start(adapter, { providers: [Mail] }, options);
    const { id } = await admin.app.get(JobClient).enqueue(Mail, 'send', { to: 'bob' });
    await eventually(async () => expect((await admin.get(`dead-letters/${id}`)).status).toBe(200));
    return { ...admin, id };
  };

  it('is asked by the guard, however a path is written', async () => {
    const lenient = { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, caseSensitive: false };
    const httpAdapter = adapter === 'express' ? new ExpressAdapter() : new FastifyAdapter({ routerOptions: lenient });
    for (const options of [{}, { httpAdapter }]) {
      const { url } = await start(adapter, { providers: [Mail] }, options);
      const paths = [
        ...[
          PATH,
          `${PATH}/`,
          `/${PATH}`,
          '/%61dmin/jobs/api/overview',
          '/admin%2Fjobs/api/overview',
          '/ADMIN/Jobs/API/Overview',
        ],
        ...['/admin//jobs/api/overview', '/admin/./jobs/api/overview', '/x/../admin/jobs/api/overview', `${PATH};a=b`],
        ...[
          `${PATH}%00`,
          `${PATH}?x-user=ada`,
          `${PATH}#x`,
          '/admin/jobs/api/%6Fverview',
          '/admin/jobs/api/overview%2F',
        ],
        ...[
          '/admin\\jobs/api/overview',
          '/admin/jobs/api/jobs/..%2foverview',
          `${PATH}/%2e`,
          '/admin/jobs/api//overview',
        ],
      ];
      for (const path of paths) {
        for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'DELETE', 'PUT']) {
          const { status, text } = await askRaw(url, method, path);
          expect([method, path, status < 400, text.includes('workforce')]).toEqual([method, path, false, false]);
        }
      }
      expect((await askRaw(url, 'GET', PATH, ADA)).status).toBe(200);
      expect(await askRaw(url, 'HEAD', PATH, ADA)).toMatchObject({ status: 200, text: '' });
      // Whatever reached a handler had passed the guard.
      expect(HeaderGuard.asked).toContain(`HEAD ${PATH}`);
    }
  });

  it('is told apart by rights, on the server', async () => {
    const rights: Record<string, readonly AdminRight[]> = {
      ada: ['view', 'view-payload', 'operate'],
      eve: ['view'],
      oli: ['operate'],
    };
    const admin = {
      guards: [HeaderGuard],
      authorize: async ({ headers }: AdminRequest, right: AdminRight) =>
        rights[String(headers['x-user'])]?.includes(right) ?? false,
    };
    const { get, post, id } = await withLetter({ admin });
    const as = (name: string) => ({ 'x-user': name });
    const letter = `dead-letters/${id}`;
    expect((await get(letter, as('eve'))).status).toBe(200);
    expect(await get(`${letter}/payload`, as('eve'))).toMatchObject({
      status: 403,
      body: { title: 'Forbidden', detail: 'it takes the right to view-payload' },
    });
    expect((await get(`jobs/${id}/payload`, as('eve'))).status).toBe(403);
    for (const path of [`${letter}/replay`, `${letter}/resolve`, `jobs/${id}/cancel`, 'queues/mail/pause', 'replays'])
      expect([path, (await post(path, REASON, as('eve'))).status]).toEqual([path, 403]);
    expect((await get(letter, as('oli'))).status).toBe(403);
    expect((await get(letter, as('mallory'))).status).toBe(403);
    expect((await get('audit')).body.items).toEqual([]);
    expect((await get(`${letter}/payload`)).body.payload).toEqual({ to: 'bob' });
    expect((await post(`${letter}/resolve`, REASON, as('oli'))).status).toBe(200);
  });

  it('is refused by anything but a plain true', async () => {
    const answers: unknown[] = [false, undefined, 'yes', {}, 1];
    const authorize = (): boolean => {
      if (answers.length === 0) throw new Error('the directory with password=hunter2 is away');
      return answers.shift() as boolean;
    };
    const { get, logger } = await start(adapter, {}, { admin: { authorize } });
    while (answers.length > 0) expect((await get('overview')).status).toBe(403);
    const { status, text } = await get('overview');
    expect([status, text.includes('directory')]).toEqual([500, false]);
    expect(logger.of('error').join()).toContain('the directory with password=[redacted]');
  });

  it('has a name, or changes nothing', async () => {
    const { post } = await start(adapter, { providers: [Mail] }, { admin: { authorize: () => true } });
    expect(await post('queues/mail/pause', REASON)).toMatchObject({ status: 403, body: { title: 'Forbidden' } });

    const actor = ({ headers }: AdminRequest) => headers['x-user'] as string;
    const named = await start(adapter, { providers: [Mail] }, { admin: { authorize: () => true, actor } });
    expect((await named.post('queues/mail/pause', REASON)).status).toBe(200);
    expect((await named.get('audit')).body.items[0]).toMatchObject({ actor: 'ada' });
  });

  it('is asked by guards of the application as well', async () => {
    const closed = {
      provide: APP_GUARD,
      useValue: { canActivate: () => Promise.reject(new ForbiddenException('no')) },
    };
    const { get } = await start(adapter, { providers: [Mail, closed] });
    const answer = await get('overview');
    expect(answer).toMatchObject({ status: 403, body: { detail: 'no' } });
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(HeaderGuard.asked).toEqual([]);
  });

  it('changes things by JSON from a page of the same origin', async () => {
    const { url, get } = await start(
      adapter,
      { providers: [Mail] },
      {
        admin: { guards: [HeaderGuard], publicUrl: 'https://ops.example.org/admin/jobs' },
      },
    );
    const { host } = new URL(url);
    const json = { 'content-type': 'application/json' };
    const send = async (headers: Record<string, string>, body = JSON.stringify(REASON)): Promise<Answer> =>
      ask(`${url}/admin/jobs/api/queues/mail/pause`, { method: 'POST', headers: { ...ADA, ...headers }, body });
    const accepted = [
      { ...json, 'sec-fetch-site': 'same-origin' },
      { ...json, origin: url },
      { ...json, origin: `https://${host}` },
      { ...json, origin: 'https://ops.example.org' },
      { ...json, 'x-vigil-request': '1' },
      { 'content-type': 'application/json; charset=utf-8', 'x-vigil-request': '1' },
    ];
    const refused = [
      json,
      { ...json, 'sec-fetch-site': 'cross-site' },
      { ...json, 'sec-fetch-site': 'same-site' },
      { ...json, 'sec-fetch-site': 'none' },
      { ...json, 'sec-fetch-site': 'cross-site', 'x-vigil-request': '1', origin: url },
      { ...json, origin: 'https://evil.example.org' },
      { ...json, origin: 'null' },
      { ...json, origin: `https://evil.${host}` },
      { ...json, origin: 'https://ops.example.org.evil.org', 'x-vigil-request': '1' },
    ];
    for (const headers of refused) expect([headers, (await send(headers)).status]).toEqual([headers, 403]);
    const forms = [
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
      'text/plain',
      'application/jsonp',
    ];
    for (const type of forms) {
      const { status } = await send({ 'content-type': type, 'sec-fetch-site': 'same-origin' }, 'reason=a');
      expect([type, status >= 400]).toEqual([type, true]);
    }
    expect((await send({ 'content-type': 'text/plain', 'sec-fetch-site': 'same-origin' })).status).toBe(415);
    expect((await get('audit')).body.items).toEqual([]);
    for (const headers of accepted) expect([headers, (await send(headers)).status]).toEqual([headers, 200]);
  });

  it('reads nothing for another site, and no change is a read', async () => {
    const { url, get } = await start(adapter, { providers: [Mail] });
    expect((await get('overview', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).status).toBe(403);
    // A link in a chat is followed; `fetch` can not say so of itself.
    const link = { ...ADA, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' };
    expect((await askRaw(url, 'GET', PATH, link)).status).toBe(200);
    const headers = { ...ADA, ...OWN_PAGE };
    expect((await ask(`${url}/admin/jobs/api/queues/mail/pause`, { headers })).status).toBe(404);
    const preflight = {
      method: 'OPTIONS',
      headers: { origin: 'https://evil.org', 'access-control-request-method': 'POST' },
    };
    const { headers: answered } = await ask(`${url}/admin/jobs/api/queues/mail/pause`, preflight);
    expect(answered.get('access-control-allow-origin')).toBeNull();
  });

  it('changes no more than so much in a span', async () => {
    const mutations = { max: 2, per: '1h' } as const;
    const { get, post } = await start(adapter, { providers: [Mail] }, { admin: { guards: [HeaderGuard], mutations } });
    const pause = (headers = {}) => post('queues/mail/pause', REASON, headers);
    // What another site sends in Ada's name is no change of hers.
    for (let n = 0; n < 3; n++) expect((await pause({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect([(await pause()).status, (await pause()).status]).toEqual([200, 200]);
    const third = await pause();
    expect(third).toMatchObject({ status: 429, body: { title: 'Too many requests', status: 429 } });
    expect(Number(third.headers.get('retry-after'))).toBeGreaterThan(3_500);
    expect((await pause({ 'x-user': 'bob' })).status).toBe(200);
    expect((await get('queues')).status).toBe(200);
  });
});
