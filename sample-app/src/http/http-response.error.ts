/** An answer that is not 2xx. The library finds `response.status` and `Retry-After` on it and decides whether to try again. */
export class HttpResponseError extends Error {
  override readonly name = 'HttpResponseError';

  constructor(
    url: string,
    readonly response: Response,
    body: string,
  ) {
    super(`${url} answered ${response.status}: ${body.slice(0, 200)}`);
  }
}
