import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { Cron, Job, JobClient } from '../../../lib/index.js';
import { VIGIL_ENGINE } from '../../../lib/vigil.tokens.js';
import { ADAPTERS, adminApps, versioned } from '../../support/admin-app.js';
import { mismatches, type Schema, type Schemas } from '../../support/api-schema.js';
import { httpApiPage } from '../../support/http-api.js';
import { eventually } from '../../support/eventually.js';

interface Operation {
  readonly summary?: string;
  readonly tags?: readonly string[];
  readonly requestBody?: object;
  readonly parameters: readonly { readonly in: string; readonly name: string }[];
  readonly responses: Readonly<
    Record<string, { readonly content: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 0, idempotencyKey: 'n' })
  async send(_mail: { n: number }): Promise<void> {
    throw Object.assign(new Error('the mailbox is full'), { cause: new Error('quota') });
  }

  @Job({ name: 'mail.bulk', queue: 'mail', maxRetries: 0 })
  async bulk(): Promise<void> {
    throw new Error('the mailbox is full');
  }

  @Cron('0 0 1 1 *', { name: 'mail.yearly', queue: 'mail', lock: false })
  async yearly(): Promise<void> {}

  @Cron('0 3 * * *', { name: 'mail.nightly', queue: 'mail' })
  async nightly(): Promise<void> {}
}

describe.each(ADAPTERS)('the OpenAPI document on %s', (adapter) => {
  const start = adminApps();
  const documentOf = (app: Parameters<typeof SwaggerModule.createDocument>[0]): OpenAPIObject =>
    SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('shop').build());

  it('lists every route with what it takes and answers, and leaves no reference open', async () => {
    const { app } = await start(adapter, { providers: [Mail] }, { arrange: versioned });
    const document = documentOf(app);
    const operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, Operation>).map(([method, operation]) => ({ path, method, operation })),
    );
    expect(operations.length).toBeGreaterThan(30);
    for (const { path, method, operation } of operations) {
      expect(path).toMatch(/^\/internal\/v0\/admin\/jobs\/api\//);
      expect([path, typeof operation.summary, operation.tags]).toEqual([path, 'string', ['vigil']]);
      const answer = Object.values((operation.responses['200'] ?? operation.responses['201']).content)[0];
      for (const { $ref } of answer.schema.anyOf ?? [answer.schema])
        expect([path, $ref]).toEqual([path, expect.stringContaining('#/components/schemas/Vigil')]);
      expect(operation.responses.default.content['application/problem+json'].schema.$ref).toMatch(/VigilProblem$/);
      if (method === 'post' && !path.endsWith('/trial'))
        expect([path, 'requestBody' in operation]).toEqual([path, true]);
      const named = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const given = operation.parameters.filter((each) => each.in === 'path').map((each) => each.name);
      expect([path, given]).toEqual([path, named]);
    }
    const schemas = Object.keys(document.components?.schemas ?? {});
    const open = [...JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)]
      .map(([, name]) => name)
      .filter((name) => !schemas.includes(name));
    expect(open).toEqual([]);
  });

  it('says of the real answers of every route for reading, and of those to changes, what is in them', async () => {
    const { app, get, post } = await start(adapter, { providers: [Mail] });
    const { id } = await app.get(JobClient).enqueue(Mail, 'send', { n: 1 });
    const { id: keyless } = await app.get(JobClient).enqueue(Mail, 'bulk');
    await eventually(async () => expect((await get('dead-letters')).body.items).toHaveLength(2));
    await eventually(async () => expect((await get('alerts')).body.items).not.toEqual([]));
    const { paths, components } = documentOf(app);
    const wrong = (body: unknown, { content }: Operation['responses'][string]): string[] =>
      mismatches(body, Object.values(content)[0].schema, components!.schemas as Schemas);

    const send = async (route: string, path: string, given: object): Promise<unknown> => {
      const { status, body } = await post(path, given);
      const { responses } = paths[`/admin/jobs/api/${route}`].post as unknown as Operation;
      expect([route, wrong(body, responses[status] ?? responses.default)]).toEqual([route, []]);
      return body;
    };
    const reason = 'a test';
    const patch = [{ op: 'add', path: '/text', value: 'x'.repeat(9_000) }];
    const plan = { reason, action: 'replay', selection: { queue: 'mail' } };
    const changes: [string, string, object][] = [
      ['replays', 'replays', { ...plan, dryRun: true }],
      ['dead-letters/{id}/resolve', `dead-letters/${keyless}/resolve`, { reason }],
      ['dead-letters/{id}/replay', `dead-letters/${id}/replay`, { reason, patch }],
      ['replays', 'replays', { ...plan, planId: 'p1', action: 'resolve', selection: { name: 'mail.bulk' } }],
      ['replays/{id}/abort', 'replays/p1/abort', { reason }],
      ['queues/{queue}/pause', 'queues/mail/pause', { reason }],
      ['queues/{queue}/resume', 'queues/mail/resume', { reason }],
      ['cron/{name}/pause', 'cron/mail.nightly/pause', { reason }],
      ['cron/{name}/resume', 'cron/mail.nightly/resume', { reason }],
      ['cron/{name}/run', 'cron/mail.nightly/run', { reason }],
      ['silences', 'silences', { reason, for: '1h', queue: 'mail', name: 'mail.send' }],
      ['dead-letters/replay', 'dead-letters/replay', { reason, ids: [id, `${id}x`] }],
      ['alerts/trial', 'alerts/trial', {}],
    ];
    for (const change of changes) await send(...change);
    await eventually(async () => expect((await get(`dead-letters/${id}`)).status).toBe(200));
    await eventually(async () => expect((await get('cron/mail.nightly')).body.last.outcome).toBe('completed'));

    const routes = Object.keys(paths).filter((path) => 'get' in paths[path] && !path.endsWith('/live'));
    const named: Readonly<Record<string, string>> = { queue: 'mail', name: 'mail.nightly' };
    const queries: Readonly<Record<string, string>> = {
      ...{ jobs: '?queue=mail&name=mail.send&state=dead', cron: '?history=5', 'dead-letter-groups': '?perHour=true' },
    };
    for (const path of routes) {
      const route = path.replace('/admin/jobs/api/', '');
      const ids = route.startsWith('replays') ? 'p1' : id;
      const address = route.replace(/\{(\w+)\}/g, (_, name: string) => named[name] ?? ids) + (queries[route] ?? '');
      const { status, body } = await get(address);
      const { responses } = paths[path].get as unknown as Operation;
      expect([route, status, wrong(body, responses['200'])]).toEqual([route, 200, []]);
      // A list without an item would say nothing.
      if (Array.isArray(body.items) && route !== 'metrics/ledger') expect([route, body.items]).not.toEqual([route, []]);
    }
    expect(routes.length).toBeGreaterThan(20);
    // Of a short-lived job nothing may be left when it is looked for.
    app.get(VIGIL_ENGINE).get = () => Promise.resolve(undefined);
    expect(await send('dead-letters/{id}/replay', `dead-letters/${id}/replay`, { reason })).toEqual({ id });
  });
});

describe('docs/http-api.md', () => {
  const start = adminApps();

  it('is what the document says; VIGIL_UPDATE_HTTP_API=1 writes it anew', async () => {
    const { app } = await start('express', {});
    const document = SwaggerModule.createDocument(app, new DocumentBuilder().build());
    const page = httpApiPage(document, '/admin/jobs/api/');
    const root = join(__dirname, '../../..');
    const path = join(root, 'docs/http-api.md');
    if (process.env.VIGIL_UPDATE_HTTP_API === '1') {
      writeFileSync(path, page);
      execFileSync(join(root, 'node_modules/.bin/prettier'), ['--write', path]);
    }
    // Tables are set in columns there.
    const bare = (text: string): string =>
      text
        .replace(/[ \n]+/g, ' ')
        .replace(/-{3,}/g, '---')
        .trim();
    expect(bare(page)).toBe(existsSync(path) ? bare(readFileSync(path, 'utf8')) : '');
  });
});
