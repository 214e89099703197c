/** An answer that is not 2xx. Whether to try again is decided from `response`: its status, and its `Retry-After`. */
export class HttpResponseError extends Error {
  override readonly name = 'HttpResponseError';

  constructor(
    readonly response: Response,
    body: string,
  ) {
    super(`${new URL(response.url).pathname} answered ${response.status}: ${body.slice(0, 200)}`);
  }
}
