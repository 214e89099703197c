import { gzipSync } from 'node:zlib';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import type { AdminRequest, AdminRight } from '../../../lib/index.js';
import { SECURE_HEADERS } from '../../../lib/admin/access/secure-headers.js';
import { assets } from '../../../lib/admin/dashboard/assets.generated.js';
import { BURIAL_REASONS } from '../../../lib/core/job-state.js';
import { ADA, ADAPTERS, adminApps, ask, HeaderGuard, versioned } from '../../support/admin-app.js';

const MOST_BYTES = 150 * 1024;
const TYPES: Record<string, string> = { js: 'text/javascript', css: 'text/css', svg: 'image/svg+xml' };

/** What the page loads, as a browser would ask for it. */
function loadedBy(page: string, address: string): string[] {
  return [...page.matchAll(/(?:src|href)="([^"#]+)"/g)].map(([, path]) => new URL(path, address).href);
}

describe.each(ADAPTERS)('the dashboard on %s', (adapter) => {
  const start = adminApps();

  it('is served with all its files, behind the headers of the admin', async () => {
    const { url } = await start(adapter, {});
    const page = await ask(`${url}/admin/jobs`, { headers: ADA });
    expect(page.status).toBe(200);
    expect(page.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const loaded = loadedBy(page.text, `${url}/admin/jobs`);
    expect(loaded).toContain(`${url}/admin/jobs/assets/app.js`);
    const modules = Object.keys(assets).filter((file) => file.endsWith('.js'));
    for (const address of [...loaded, ...modules.map((file) => `${url}/admin/jobs/assets/${file}`)]) {
      const { status, headers, text } = await ask(address, { headers: ADA });
      const file = address.split('/').pop() ?? '';
      expect([address, status, headers.get('content-type')]).toEqual([
        address,
        200,
        expect.stringContaining(TYPES[file.split('.').pop() ?? '']),
      ]);
      expect(text).toBe(assets[file as keyof typeof assets]);
      for (const [name, value] of Object.entries(SECURE_HEADERS))
        expect([address, headers.get(name)]).toEqual([address, value]);
    }
    for (const [name, value] of Object.entries(SECURE_HEADERS)) expect(page.headers.get(name)).toBe(value);
  });

  it('finds its files below any prefix, with a slash at the end, and behind a proxy that changes the path', async () => {
    const prefixed = await start(adapter, {}, { arrange: versioned });
    const address = `${prefixed.url}/internal/v0/admin/jobs`;
    const page = await ask(address, { headers: ADA });
    for (const each of loadedBy(page.text, address)) expect((await ask(each, { headers: ADA })).status).toBe(200);

    // Fastify knows such an address only where it was told to ignore the slash.
    const lenient = new FastifyAdapter({ routerOptions: { ignoreTrailingSlash: true } });
    const slashed = await start(adapter, {}, adapter === 'fastify' ? { httpAdapter: lenient } : {});
    const below = await ask(`${slashed.url}/admin/jobs/`, { headers: ADA });
    expect(loadedBy(below.text, `${slashed.url}/admin/jobs/`)).toContain(`${slashed.url}/admin/jobs/assets/app.js`);

    const publicUrl = 'https://ops.example.org/batch/';
    const proxied = await start(adapter, {}, { admin: { guards: [HeaderGuard], publicUrl } });
    const { text } = await ask(`${proxied.url}/admin/jobs`, { headers: ADA });
    expect(loadedBy(text, 'https://ops.example.org/batch')).toContain('https://ops.example.org/batch/assets/app.js');
  });

  it('is refused without a guard’s word and without the right to view', async () => {
    const authorize = async ({ headers }: AdminRequest, right: AdminRight) =>
      headers['x-user'] === 'ada' && right === 'view';
    const { url } = await start(adapter, {}, { admin: { guards: [HeaderGuard], authorize } });
    for (const path of ['', '/assets/app.js', '/assets/style.css']) {
      const at = `${url}/admin/jobs${path}`;
      expect([path, (await ask(at)).status]).toEqual([path, 403]);
      const refused = await ask(at, { headers: { 'x-user': 'eve' } });
      expect([path, refused.status, refused.text.includes('{{') || refused.text.includes('import ')]).toEqual([
        path,
        403,
        false,
      ]);
      expect(refused.headers.get('content-security-policy')).toBe(SECURE_HEADERS['Content-Security-Policy']);
      expect([path, (await ask(at, { headers: ADA })).status]).toEqual([path, 200]);
    }
  });

  it('has no other files', async () => {
    const { url } = await start(adapter, {});
    for (const file of [
      'nothing.js',
      'index.html',
      'constructor',
      'toString.js',
      '..%2f..%2fpackage.json',
      '__proto__',
      'app.js%00',
    ])
      expect([file, (await ask(`${url}/admin/jobs/assets/${file}`, { headers: ADA })).status >= 400]).toEqual([
        file,
        true,
      ]);
  });
});

describe('what the dashboard sends', () => {
  const texts = Object.entries(assets);

  it('stays within 150 KB, compressed', () => {
    const bytes = texts.reduce((sum, [, text]) => sum + gzipSync(text).length, 0);
    expect(bytes).toBeGreaterThan(10_000);
    expect(bytes).toBeLessThan(MOST_BYTES);
  });

  it('names no other site, and has nothing inline', () => {
    const allowed = ['http://www.w3.org/2000/svg'];
    const foreign = texts.flatMap(([file, text]) =>
      [...text.matchAll(/\b(?:https?:)?\/\/[a-z][\w.-]+\.\w[\w./-]*/gi)].map(([address]) => `${file}: ${address}`),
    );
    expect(foreign.filter((each) => !allowed.some((address) => each.endsWith(address)))).toEqual([]);
    expect(assets['index.html']).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\ssrc=)/);
  });

  it('finds dead letters by every reason that there is', () => {
    const [, given = ''] = /const REASONS = (\[[^;]*\]);/.exec(assets['dead-letters.js']) ?? [];
    expect(JSON.parse(given.replaceAll("'", '"').replace(/,\s*\]/, ']'))).toEqual(BURIAL_REASONS);
  });

  it('reads nothing as HTML', () => {
    const code = texts
      .filter(([file]) => file.endsWith('.js'))
      .map(([, text]) => text)
      .join('\n');
    expect(code).not.toMatch(
      /innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|srcdoc|\beval\b|new Function/,
    );
  });
});
