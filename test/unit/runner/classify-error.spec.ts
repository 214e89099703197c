import {
  BadRequestException,
  ConflictException,
  HttpException,
  InternalServerErrorException,
  NotFoundException,
  RequestTimeoutException,
  ServiceUnavailableException,
  UnauthorizedException,
} from '@nestjs/common';
import { EngineTimeoutError, EngineUnavailableError } from '../../../lib/engine/engine.errors.js';
import { JobTimeoutError, NonRetryableJobError, RetryJobError } from '../../../lib/core/handler-signals.js';
import { VigilError } from '../../../lib/core/vigil.error.js';
import { classifyError } from '../../../lib/runner/classify-error.js';

const NOW = Date.parse('2026-11-24T08:00:00Z');
const verdict = (error: unknown): unknown => classifyError(error, NOW);
const error = (facts: object, cause?: unknown): Error => Object.assign(new Error('x', { cause }), facts);
const RETRY = { verdict: 'retry' };
const BURY = { verdict: 'bury' };

describe('the table of errors', () => {
  it.each([
    ['NonRetryableJobError', new NonRetryableJobError('x'), BURY],
    ['JobTimeoutError', new JobTimeoutError(5), RETRY],
    ['RetryJobError', new RetryJobError({ after: '1s' }), { verdict: 'retry', afterMs: 1_000 }],
    ['a reused step', new VigilError('STEP_NAME_REUSED', 'x'), BURY],
    ['a refused payload of an enqueue', new VigilError('PAYLOAD_NOT_JSON', 'x'), BURY],
    ['a store that is away', new EngineUnavailableError('x'), RETRY],
    ['a store that is slow', new EngineTimeoutError('x'), RETRY],
    ['Nest 400', new BadRequestException(), BURY],
    ['Nest 401', new UnauthorizedException(), BURY],
    ['Nest 404', new NotFoundException(), BURY],
    ['Nest 409', new ConflictException(), BURY],
    ['Nest 408', new RequestTimeoutException(), RETRY],
    ['Nest 429', new HttpException('slow down', 429), RETRY],
    ['Nest 500', new InternalServerErrorException(), RETRY],
    ['Nest 503', new ServiceUnavailableException(), RETRY],
    ['status', error({ status: 422 }), BURY],
    ['statusCode', error({ statusCode: 403 }), BURY],
    ['response.status', error({ response: { status: 410 } }), BURY],
    ['response.statusCode', error({ response: { statusCode: 400 } }), BURY],
    ['$metadata.httpStatusCode', error({ $metadata: { httpStatusCode: 404 } }), BURY],
    ['408', error({ status: 408 }), RETRY],
    ['425', error({ status: 425 }), RETRY],
    ['500', error({ status: 500 }), RETRY],
    ['an exit code as status', error({ status: 127 }), RETRY],
    ['a text as status', error({ status: 'failed' }), RETRY],
    ['a redirect', error({ status: 302 }), RETRY],
    ['a throttled AWS call', error({ name: 'ThrottlingException', $metadata: { httpStatusCode: 400 } }), RETRY],
    ['an AWS error that its SDK would repeat', error({ $retryable: {}, $metadata: { httpStatusCode: 400 } }), RETRY],
    ['anything else', new Error('x'), RETRY],
    ['null', null, RETRY],
    ['a text', 'x', RETRY],
  ])('%s', (_, thrown, expected) => expect(verdict(thrown)).toEqual(expected));

  it.each(['ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EPIPE', 'EAI_AGAIN', 'ENOTFOUND', 'UND_ERR_SOCKET'])(
    'retries %s, and stops looking for causes there',
    (code) => expect(verdict(error({ code }, error({ status: 400 })))).toEqual(RETRY),
  );

  it('looks into the causes, the nearest that says anything decides', () => {
    expect(verdict(error({}, error({}, error({ status: 404 }))))).toEqual(BURY);
    expect(verdict(error({ status: 503 }, error({ status: 404 })))).toEqual(RETRY);
    expect(verdict(error({ status: 404 }, error({ status: 503 })))).toEqual(BURY);
    expect(verdict(new Error('wrapped', { cause: new NonRetryableJobError('x') }))).toEqual(BURY);
    expect(verdict(new AggregateError([error({ status: 404 })], 'all failed'))).toEqual(BURY);
  });

  it('knows validation errors by what they carry', () => {
    expect(verdict([{ property: 'email', constraints: { isEmail: 'no email' } }])).toEqual(BURY);
    expect(verdict(error({ name: 'ValidationError', details: [] }))).toEqual(BURY);
    expect(verdict(error({ name: 'ValidationError' }))).toEqual(RETRY);
    expect(verdict([])).toEqual(RETRY);
  });

  it('survives whatever is thrown', () => {
    const hostile = new Proxy(new Error('x'), {
      get: () => {
        throw new Error('hands off');
      },
    });
    expect(verdict(hostile)).toEqual(RETRY);
    expect(verdict(error({ getStatus: () => JSON.parse('{') as number }))).toEqual(RETRY);
    const { proxy, revoke } = Proxy.revocable([], {});
    revoke();
    expect(verdict(proxy)).toEqual(RETRY);
    expect(verdict(error({ errors: proxy, headers: proxy, status: 429 }))).toEqual(RETRY);
    const ring = new Error('ring');
    ring.cause = ring;
    expect(verdict(ring)).toEqual(RETRY);
  });
});

describe('Retry-After', () => {
  const busy = (headers: unknown, facts: object = { status: 429 }): unknown => verdict(error({ ...facts, headers }));
  const after = (afterMs: number): object => ({ verdict: 'retry', afterMs });

  it.each([
    ['seconds', { 'retry-after': '30' }, 30_000],
    ['any case', { 'Retry-After': '30' }, 30_000],
    ['a number', { 'retry-after': 1.5 }, 1_500],
    ['a list', { 'retry-after': ['5', '6'] }, 5_000],
    ['Headers', new Headers({ 'Retry-After': '2' }), 2_000],
    ['a date', { 'retry-after': 'Tue, 24 Nov 2026 08:01:00 GMT' }, 60_000],
    [
      'a date against the server’s own',
      { 'retry-after': 'Tue, 24 Nov 2026 10:00:10 GMT', date: 'Tue, 24 Nov 2026 10:00:00 GMT' },
      10_000,
    ],
    ['at most a day', { 'retry-after': '99999999' }, 86_400_000],
  ])('%s', (_, headers, ms) => expect(busy(headers)).toEqual(after(ms)));

  it.each(['', 'soon', '-5', 'NaN', '1; drop'])('ignores %p', (value) =>
    expect(busy({ 'retry-after': value })).toEqual(RETRY),
  );

  it.each(['0', 'Tue, 24 Nov 2026 07:00:00 GMT'])('leaves it to the backoff when it is %p', (value) =>
    expect(busy({ 'retry-after': value })).toEqual(RETRY),
  );

  it('is found on the failed request that an exception was made of, the nearest first', () => {
    const request = error({ response: { status: 429, headers: { 'retry-after': '7' } } });
    expect(verdict(new HttpException('slow down', 429, { cause: request }))).toEqual(after(7_000));
    expect(verdict(new ServiceUnavailableException('later', { cause: error({}, request) }))).toEqual(after(7_000));
    expect(verdict(error({ status: 503, headers: { 'retry-after': '2' } }, request))).toEqual(after(2_000));
    expect(verdict(error({}, new HttpException('slow down', 429, { cause: request })))).toEqual(after(7_000));
  });

  it('of a cause does not make a refusal worth a retry', () => {
    const request = error({ response: { status: 429, headers: { 'retry-after': '7' } } });
    expect(verdict(new BadRequestException('no', { cause: request }))).toEqual(BURY);
  });

  it('is found on the response, and on 503', () => {
    const response = { status: 503, headers: { 'retry-after': '4' } };
    expect(verdict(error({ response }))).toEqual(after(4_000));
    expect(verdict(error({}, new Response('', { status: 503, headers: { 'retry-after': '4' } })))).toEqual(
      after(4_000),
    );
    expect(verdict(error({ $metadata: { httpStatusCode: 503 }, $response: response }))).toEqual(after(4_000));
  });

  it('survives headers that throw', () => {
    const headers = { get: () => JSON.parse('{') as string };
    expect(busy(headers)).toEqual(RETRY);
  });
});
