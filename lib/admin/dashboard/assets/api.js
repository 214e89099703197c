/** What this page asks of its server. Wherever the application has put it, the routes are beside this file. */

const BASE = new URL('../api/', import.meta.url);

/** Fastify takes no more than that between two slashes. */
const LONGEST = 100;

/** What the server said no with, or that nothing came back (status 0). */
export class Refusal extends Error {
  /** @param {number} status @param {any} problem */
  constructor(status, problem) {
    super(problem.detail ?? problem.title ?? `the server answered ${status}`);
    this.status = status;
    this.code = problem.code;
    /** @type {{ pointer: string, detail: string }[]} */
    this.errors = problem.errors ?? [];
  }
}

/**
 * @param {string} resource
 * @param {string | undefined} [id]
 * @param {string} [rest]
 * @param {string} [parameter] under which a long id goes into the query
 */
export function route(resource, id, rest, parameter = 'id') {
  if (id === undefined) return resource;
  const written = encodeURIComponent(id);
  const end = rest ? `/${rest}` : '';
  if (written.length <= LONGEST && id !== '.' && id !== '..') return `${resource}/${written}${end}`;
  return `${resource}/-${end}?${parameter}=${written}`;
}

export const addressOf = (path) => new URL(path, BASE).href;

/**
 * @param {string} path
 * @param {Record<string, unknown>} [query] empty values are left out
 * @returns {Promise<any>}
 */
export function get(path, query = {}) {
  const url = new URL(path, BASE);
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== null && value !== '') url.searchParams.set(name, String(value));
  return send(url, {});
}

/** @returns {Promise<any>} */
export function post(path, body) {
  return send(new URL(path, BASE), {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-vigil-request': '1' },
    body: JSON.stringify(body),
  });
}

async function send(url, init) {
  let response;
  try {
    response = await fetch(url, { credentials: 'same-origin', ...init });
  } catch {
    throw new Refusal(0, { detail: 'The server can not be reached.' });
  }
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') ?? false;
  const body = isJson && text ? JSON.parse(text) : {};
  // A page to sign in on is an answer, too.
  if (response.ok && !isJson)
    throw new Refusal(response.status, {
      detail: 'What answers is not the admin: perhaps you have to sign in again. Reload the page.',
    });
  if (response.ok) return body;
  throw new Refusal(response.status, body);
}

/**
 * All pages of a list that is short by nature, such as queues.
 * @returns {Promise<any[]>}
 */
export async function all(path, query = {}, most = 1_000) {
  const items = [];
  let cursor;
  do {
    const page = await get(path, { ...query, limit: 100, cursor });
    items.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined && items.length < most);
  return items;
}
