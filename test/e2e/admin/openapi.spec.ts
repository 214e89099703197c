import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { Job, JobClient } from '../../../lib/index.js';
import { ADAPTERS, adminApps, versioned } from '../../support/admin-app.js';
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

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly allOf?: readonly Schema[];
}

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 0, idempotencyKey: 'n' })
  async send(_mail: { n: number }): Promise<void> {
    throw Object.assign(new Error('the mailbox is full'), { cause: new Error('quota') });
  }
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
      expect([path, answer.schema.$ref]).toEqual([path, expect.stringContaining('#/components/schemas/Vigil')]);
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

  it('says of real answers what is in them', async () => {
    const { app, get } = await start(adapter, { providers: [Mail] });
    const { id } = await app.get(JobClient).enqueue(Mail, 'send', { n: 1 });
    await eventually(async () => expect((await get(`dead-letters/${id}`)).status).toBe(200));
    const { paths, components } = documentOf(app);
    const resolved = ({ $ref, allOf: [inner] = [], ...own }: Schema): Schema => {
      const name = ($ref ?? inner?.$ref)?.split('/').pop();
      return name === undefined ? own : (components!.schemas![name] as Schema);
    };
    const wrong = (value: unknown, given: Schema, at: string): string[] => {
      const schema = resolved(given);
      if (Array.isArray(value)) return value.flatMap((each, n) => wrong(each, schema.items ?? {}, `${at}[${n}]`));
      if (typeof value !== 'object' || value === null || !schema.properties) return [];
      const missing = (schema.required ?? []).filter((name) => !(name in value)).map((name) => `${at}: no ${name}`);
      const inside = Object.entries(value).flatMap(([name, each]) => {
        const property = schema.properties?.[name];
        return property ? wrong(each, property, `${at}.${name}`) : [`${at}: undeclared ${name}`];
      });
      return [...missing, ...inside];
    };
    const asked = {
      ...{ overview: 'overview', queues: 'queues', 'jobs/{id}': `jobs/${id}`, 'dead-letters': 'dead-letters' },
      ...{ 'dead-letters/{id}': `dead-letters/${id}`, 'jobs/{id}/payload': `jobs/${id}/payload` },
      ...{ 'dead-letters/{id}/payload': `dead-letters/${id}/payload`, 'dead-letter-groups': 'dead-letter-groups' },
      ...{ workers: 'workers', alerts: 'alerts', 'metrics/types': 'metrics/types', 'metrics/series': 'metrics/series' },
      ...{ 'metrics/today': 'metrics/today', 'metrics/workforce': 'metrics/workforce', health: 'health' },
      jobs: 'jobs?queue=mail&name=mail.send&state=dead',
    };
    for (const [route, path] of Object.entries(asked)) {
      const { body } = await get(path);
      const { content } = (paths[`/admin/jobs/api/${route}`].get as unknown as Operation).responses['200'];
      expect([route, wrong(body, content['application/json'].schema, route)]).toEqual([route, []]);
    }
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
