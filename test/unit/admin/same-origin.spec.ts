import { isSameOrigin } from '../../../lib/admin/access/same-origin.js';

const from = (headers: Record<string, string | string[]>, publicOrigin?: string): boolean =>
  isSameOrigin({ method: 'POST', url: '/', headers: { host: 'ops.example.org', ...headers } }, publicOrigin);

describe('a request that changes something', () => {
  it.each(['https://ops.example.org', 'http://ops.example.org', 'https://OPS.example.org'])(
    'is of the same origin from %s',
    (origin) => expect(from({ origin })).toBe(true),
  );

  it.each([
    ...['https://evil-ops.example.org', 'https://a.ops.example.org', 'https://ops.example.org:8443', 'null', ''],
    ...['https://ops.example.org.evil.org', 'https://ops.example.org@evil.org', 'file://', 'ops.example.org'],
  ])('is not from %j', (origin) => expect(from({ origin, 'x-vigil-request': '1' })).toBe(false));

  it('may name the address that is known to people, to the letter', () => {
    expect(from({ origin: 'https://jobs.example.org' }, 'https://jobs.example.org')).toBe(true);
    expect(from({ origin: 'http://jobs.example.org' }, 'https://jobs.example.org')).toBe(false);
  });

  it('is believed by what browsers say before anything else', () => {
    expect(from({ 'sec-fetch-site': 'same-origin', origin: 'https://behind-a-proxy.example.org' })).toBe(true);
    expect(from({ 'sec-fetch-site': 'cross-site', origin: 'https://ops.example.org' })).toBe(false);
    expect(from({ 'sec-fetch-site': ['same-origin', 'cross-site'] })).toBe(false);
  });

  it('says so itself where no browser does', () => {
    expect(from({})).toBe(false);
    expect(from({ 'x-vigil-request': '' })).toBe(false);
    expect(from({ 'x-vigil-request': '1' })).toBe(true);
  });
});
