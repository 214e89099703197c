import { HttpResponseError } from './http-response.error.js';

export interface PostOptions {
  /** The same in every attempt of a job, so that the server does nothing twice. */
  readonly idempotencyKey: string;
  /** `ctx.signal`: aborts when the attempt's time is up, so that no request outlives it. */
  readonly signal: AbortSignal;
}

/** @throws HttpResponseError when the answer is not 2xx; fetch's `TypeError` when there is no answer */
export async function postJson<T>(url: string, body: unknown, { idempotencyKey, signal }: PostOptions): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
    body: JSON.stringify(body),
    signal,
  });
  const text = await response.text();
  if (!response.ok) throw new HttpResponseError(response, text);
  return JSON.parse(text) as T;
}
