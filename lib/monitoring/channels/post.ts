import { VigilError } from '../../core/vigil.error.js';

/**
 * Sends JSON and wants nothing back. A redirect is not followed: the address was written down by whoever runs the application, and
 * nobody else is to say where alerts go.
 * @throws VigilError `ALERT_UNDELIVERED`, without the address, which may hold a secret
 */
export async function post(
  url: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  channel: string,
  limits: { readonly signal: AbortSignal; readonly timeoutMs: number },
): Promise<void> {
  let status: number;
  // Not by AbortSignal.any and AbortSignal.timeout: what they make may be collected while `fetch` waits, and never aborts then.
  const ending = new AbortController();
  const { signal } = ending;
  const end = (): void => ending.abort();
  const timer = setTimeout(end, limits.timeoutMs);
  limits.signal.addEventListener('abort', end, { once: true });
  if (limits.signal.aborted) end();
  try {
    const response = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      signal,
    });
    status = response.status;
    await response.body?.cancel();
  } catch (error) {
    throw undelivered(channel, signal.aborted ? 'no answer in time' : causeOf(error));
  } finally {
    clearTimeout(timer);
    limits.signal.removeEventListener('abort', end);
  }
  if (status < 200 || status > 299) throw undelivered(channel, `it answered ${status}`);
}

function undelivered(channel: string, why: string): VigilError {
  return new VigilError('ALERT_UNDELIVERED', `alert channel ${channel}: ${why}. It is tried again.`);
}

/** Of what `fetch` throws, the code says more than the message. */
function causeOf(error: unknown): string {
  const { cause } = Object(error) as { cause?: { code?: unknown } };
  return typeof cause?.code === 'string' ? cause.code : 'it could not be reached';
}
