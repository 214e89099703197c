import type { AdminRequest } from '../admin.options.js';

/** A browser sends it across origins only after it has asked, and nobody here says yes. */
export const PROOF_HEADER = 'x-vigil-request';

/**
 * Whether a request that changes something was sent by a page of this very origin, or by no page at all. Browsers say where a
 * request comes from, and pages can not make them lie. What says nothing must carry the header.
 */
export function isSameOrigin({ headers }: AdminRequest, publicOrigin?: string): boolean {
  const site = headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin';
  const { origin, host } = headers;
  if (origin !== undefined) return typeof origin === 'string' && isOwn(origin, host, publicOrigin);
  return typeof headers[PROOF_HEADER] === 'string' && headers[PROOF_HEADER] !== '';
}

/** What another site's page loads by itself; a link to a page of ours is fine. */
export function isReadAcrossSites({ headers }: AdminRequest): boolean {
  return headers['sec-fetch-site'] === 'cross-site' && headers['sec-fetch-mode'] !== 'navigate';
}

/** By host and port alone: where a proxy ends TLS, the scheme is another one here. */
function isOwn(origin: string, host: string | string[] | undefined, publicOrigin: string | undefined): boolean {
  if (!URL.canParse(origin)) return false;
  return origin === publicOrigin || (typeof host === 'string' && new URL(origin).host === host.toLowerCase());
}
