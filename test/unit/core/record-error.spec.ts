import { NotFoundException } from '@nestjs/common';
import { recordError } from '../../../lib/core/record-error.js';
import { createRedactor } from '../../../lib/core/redaction.js';
import { applySchema } from '../../../lib/core/payload-schema.js';
import * as v from 'valibot';

const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('the record of an error', () => {
  it('holds class, message, code, frames and causes', () => {
    class CardDeclined extends Error {
      code = 'card_declined';
    }
    const record = recordError(new CardDeclined('no money', { cause: new TypeError('below', { cause: 'a text' }) }));
    expect(record).toMatchObject({
      name: 'CardDeclined',
      message: 'no money',
      code: 'card_declined',
      causes: [
        { name: 'TypeError', message: 'below' },
        { name: 'string', message: 'a text' },
      ],
    });
    expect(record.stack).toMatch(/^\s+at .*record-error\.spec/);
  });

  it('holds the HTTP status, from the causes as well', () => {
    expect(recordError(new NotFoundException('gone')).httpStatus).toBe(404);
    const wrapped = new Error('charge failed', { cause: Object.assign(new Error('x'), { response: { status: 503 } }) });
    expect(recordError(wrapped).httpStatus).toBe(503);
  });

  it.each([
    [null, { name: 'null', message: 'null' }],
    [undefined, { name: 'undefined', message: 'undefined' }],
    ['just a text', { name: 'string', message: 'just a text' }],
    [42, { name: 'number', message: '42' }],
    [10n, { name: 'bigint', message: '10n' }],
    [Symbol('s'), { name: 'symbol', message: 'Symbol(s)' }],
    [{ reason: 'odd' }, { name: 'object', message: "{ reason: 'odd' }" }],
    [{ message: 'error-like' }, { name: 'object', message: 'error-like' }],
    [[1, 2], { name: 'Array', message: '[ 1, 2 ]' }],
    [new Error(''), { name: 'Error', message: '' }],
    [() => 1, { name: 'function' }],
    [Object.create(null), { name: 'object' }],
  ])('takes anything that can be thrown: %p', (thrown, expected) => {
    expect(recordError(thrown)).toMatchObject(expected);
  });

  it('survives circular values', () => {
    const circular: Record<string, unknown> = { name: 'Loop' };
    circular.self = circular;
    expect(recordError(circular)).toMatchObject({ name: 'Loop', message: expect.stringContaining('Circular') });
    const error = new Error('ring');
    error.cause = error;
    expect(recordError(error)).toMatchObject({ message: 'ring', causes: [] });
    const [a, b] = [new Error('a'), new Error('b')];
    a.cause = b;
    b.cause = a;
    expect(recordError(a).causes).toMatchObject([{ message: 'b' }]);
  });

  it('survives getters and proxies that throw', () => {
    const thrower = (): never => {
      throw new Error('hands off');
    };
    const getters = {};
    for (const key of ['name', 'message', 'stack', 'cause', 'code', 'status', 'getStatus']) {
      Object.defineProperty(getters, key, { get: thrower, enumerable: true });
    }
    const traps = {
      get: thrower,
      has: thrower,
      ownKeys: thrower,
      getPrototypeOf: thrower,
      getOwnPropertyDescriptor: thrower,
    };
    expect(recordError(getters).name).toBe('object');
    expect(recordError(new Proxy({}, traps)).name).toBe('object');
    expect(recordError(new Proxy(new Error('x'), traps)).name).toBe('object');
    for (const issues of [[null], [{}], [new Proxy({}, traps)], 7, [{ message: 'x', path: 7 }]]) {
      const foreign = Object.assign(new Error('x'), { code: 'PAYLOAD_INVALID', issues });
      expect(recordError(foreign).message).toBe('x');
    }
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    expect(recordError(proxy).name).toBe('object');
    expect(recordError({ [Symbol.for('nodejs.util.inspect.custom')]: thrower }).name).toBe('object');
  });

  it.each([
    ['a megabyte', 'x'.repeat(1_000_000)],
    ['a megabyte of control characters', '\u0000'.repeat(1_000_000)],
    ['a megabyte of emoji', '😀'.repeat(500_000)],
    ['lone surrogates', '\ud800'.repeat(100_000)],
  ])('stays below 7 KiB of JSON with %s in every text', (_, text) => {
    const error = new Error(text, { cause: new Error(text, { cause: new Error(text) }) });
    error.name = text;
    error.stack = text;
    Object.assign(error, { code: text });
    const started = performance.now();
    expect(bytes(recordError(error, createRedactor()))).toBeLessThanOrEqual(7 * 1024);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('keeps five causes, and the members of an aggregate', () => {
    const chain = Array.from({ length: 9 }).reduce<Error>(
      (cause, _, i) => new Error(`e${i}`, { cause }),
      new Error('root'),
    );
    expect(recordError(chain).causes.map((cause) => cause.message)).toEqual(['e7', 'e6', 'e5', 'e4', 'e3']);
    const aggregate = new AggregateError([new Error('::1 refused'), new Error('127.0.0.1 refused')], 'both');
    expect(recordError(aggregate).causes.map((cause) => cause.message)).toEqual(['::1 refused', '127.0.0.1 refused']);
  });

  it('takes secrets out, in the stack and the causes too, and where the text was cut', () => {
    const secret = 'hunter2-canary';
    const text = `login failed: password=${secret} {"api_key":"${secret}"} https://ada:${secret}@db.example.org Authorization: Bearer ${secret}`;
    const error = new Error(text, { cause: new Error(text) });
    error.stack = `Error: ${text}\n    at login (password=${secret})`;
    const record = recordError(error, createRedactor());
    expect(JSON.stringify(record)).not.toContain(secret);
    expect(record.message).toContain('login failed: password=[redacted]');
    const long = recordError(new Error(`${'x'.repeat(1_990)} password=${secret}`), createRedactor());
    expect(JSON.stringify(long)).not.toContain('hunter2');
  });

  it('takes secrets out of codes, which are texts like any other', () => {
    const cause = Object.assign(new Error('refused'), { code: 'token=abc' });
    const record = recordError(Object.assign(new Error('no', { cause }), { code: 'token=abc' }), createRedactor());
    expect([record.code, record.causes[0].code]).toEqual(['token=[redacted]', 'token=[redacted]']);
  });

  it('takes out what a schema quotes of a field with a secret name', () => {
    const schema = v.object({
      pin: v.picklist(['1', '2']),
      card: v.object({ pin: v.literal('3') }),
      to: v.literal('4'),
      a: v.string(),
      apin: v.string(),
    });
    const payload = { pin: 'canary a', card: { pin: 'canary b' }, to: 'seen c', a: 1, apin: 1 };
    const recorded = (error: unknown) => recordError(error, createRedactor({ keys: ['pin'] }));
    let thrown: unknown;
    try {
      applySchema(schema, payload, 'mail.send');
    } catch (error) {
      thrown = error;
    }
    expect((thrown as Error).message).toContain('canary a');
    const { message } = recorded(thrown);
    expect(message).toContain(
      'mail.send: its payload does not fit the schema: pin: [redacted]; card.pin: [redacted]; to:',
    );
    expect(message).toContain('seen c');
    // In the same words, but below a name that hides nothing.
    expect(message).toContain('; a: Invalid type: Expected string but received 1; apin: [redacted]');
    expect(JSON.stringify(recorded(new Error('refused', { cause: thrown })))).not.toContain('canary');
  });
});
