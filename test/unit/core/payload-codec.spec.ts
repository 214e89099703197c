import fc from 'fast-check';
import { runInNewContext } from 'node:vm';
import { decodePayload, encodePayload } from '../../../lib/core/payload-codec.js';

const MIB = 1_048_576;
const encode = (payload: unknown, convertible = false) => encodePayload(payload, 'shop.charge', MIB, convertible);
const comesBack = (payload: unknown): unknown => decodePayload(encode(payload).text);

class Money {
  constructor(
    readonly cents: number,
    readonly currency = 'EUR',
  ) {}
}

const deep = (levels: number): unknown => (levels === 0 ? 1 : [deep(levels - 1)]);

describe('a payload that JSON can carry', () => {
  const json = fc.jsonValue({ maxDepth: 6 }).filter((value) => !JSON.stringify(value).includes('"__proto__":'));

  it('comes back as it went in', () => {
    fc.assert(
      fc.property(json, (value) => {
        // JSON knows one zero.
        const sent = JSON.parse(JSON.stringify(value)) as unknown;
        expect(comesBack(value)).toEqual(sent);
        expect(encode(value).value).toBe(value);
      }),
      { numRuns: 500 },
    );
  });

  it('comes back from the convertible way, too', () => {
    fc.assert(
      fc.property(json, (value) =>
        expect(decodePayload(encode(value, true).text)).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    ['an empty text', ''],
    ['lone surrogates', '\ud800x\udc00'],
    ['NUL and friends', '\u0000\u2028"\\'],
    ['emoji', '🧾'],
    ['200 levels', deep(200)],
    ['empty containers', { a: {}, b: [] }],
    ['2^53', Number.MAX_SAFE_INTEGER],
    ['tiny numbers', 5e-324],
    ['fields named like methods', { toString: 'x', constructor: 'y', hasOwnProperty: 1 }],
  ])('%s comes back', (_, value) => expect(comesBack(value)).toEqual(value));

  it('may leave fields undefined, which then are absent', () => {
    expect(comesBack({ a: 1, b: undefined })).toEqual({ a: 1 });
    expect(encode({ b: undefined }).text).toBe('{}');
  });

  it('may have no prototype, or come from another realm', () => {
    expect(comesBack(Object.assign(Object.create(null), { a: 1 }))).toEqual({ a: 1 });
    expect(comesBack(runInNewContext('({ list: [1, { a: null }] })'))).toEqual({ list: [1, { a: null }] });
    expect(comesBack(structuredClone({ list: [1] }))).toEqual({ list: [1] });
  });

  it('may hold the same object twice', () => {
    const address = { city: 'Bonn' };
    expect(comesBack({ from: address, to: address })).toEqual({ from: address, to: address });
  });
});

describe('a payload that JSON can not carry', () => {
  const cycle: Record<string, unknown> = { name: 'a' };
  cycle.self = { list: [cycle] };
  const withProto = JSON.parse('{"order":{"__proto__":{"admin":true}}}') as unknown;

  it.each<[string, unknown, string]>([
    ['NaN', { order: { items: [{ price: 1 }, {}, { price: Number.NaN }] } }, 'order.items[2].price: NaN'],
    ['Infinity', [1, -Infinity], '[1]: -Infinity'],
    ['a bigint', { id: 12n }, 'id: the bigint 12n'],
    ['a function', { done: () => 1 }, 'done: a function'],
    ['a symbol', { kind: Symbol('x') }, 'kind: a symbol'],
    [
      'a field named by a symbol',
      { order: { [Symbol('secret')]: 1 } },
      'order[Symbol(secret)]: a field named by a symbol',
    ],
    ['undefined in an array', { list: [1, undefined] }, 'list[1]: undefined in an array'],
    ['a hole in an array', { list: [1, , 2] }, 'list[1]: undefined in an array'], // eslint-disable-line no-sparse-arrays
    ['a cycle', cycle, 'self.list[0]: a cycle'],
    ['an own __proto__', withProto, 'order.__proto__: a field named __proto__'],
    ['a Date', { at: new Date(0) }, 'at: a Date, which would come back as a string'],
    ['a Map', { prices: new Map([['a', 1]]) }, 'prices: a Map, which JSON can not carry'],
    ['a Set', [new Set([1])], '[0]: a Set'],
    ['an instance of a class', { total: new Money(1) }, 'total: a Money, which would come back as a plain object'],
    ['an Error', { error: new Error('x') }, 'error: an Error, which JSON can not carry'],
    ['a Buffer', { file: Buffer.from('x') }, 'file: a Buffer, which JSON can not carry'],
    ['a RegExp', { pattern: /x/ }, 'pattern: a RegExp'],
    ['a boxed number', { n: Object(1) }, 'n: a Number'],
    ['a promise', { later: Promise.resolve(1) }, 'later: a Promise'],
    ['an array of a class of its own', { list: new (class Stack extends Array {})() }, 'list: a Stack'],
    ['itself', () => 1, 'The payload itself: a function'],
    ['strange field names', { 'a b': { '': Number.NaN } }, '["a b"][""]: NaN'],
    ['201 levels', deep(201), 'nested more than 200 levels deep'],
  ])('%s is refused with its path', (_, payload, told) => {
    expect(() => encode(payload)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_NOT_JSON', message: expect.stringContaining(told) }),
    );
    expect(() => encode(payload)).toThrow(/^shop\.charge: /);
  });

  it('is refused wherever it hides', () => {
    const bad = fc.constantFrom<unknown>(
      Number.NaN,
      Infinity,
      1n,
      () => 1,
      Symbol('x'),
      new Map(),
      new Date(0),
      new Money(1),
    );
    const key = fc.string({ minLength: 1 }).filter((name) => name !== '__proto__');
    const path = fc.array(fc.oneof(key, fc.nat(3)), { maxLength: 8 });
    fc.assert(
      fc.property(bad, path, (value, steps) => {
        const payload = steps.reduceRight<unknown>((inner, step) => {
          return typeof step === 'number' ? [...Array<number>(step).fill(0), inner] : { before: 1, [step]: inner };
        }, value);
        const at = steps.reduce<string>((text, step) => {
          if (typeof step === 'number') return `${text}[${step}]`;
          if (!/^[A-Za-z_$][\w$]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
          return text === '' ? step : `${text}.${step}`;
        }, '');
        expect(() => encode(payload)).toThrow(
          expect.objectContaining({
            code: 'PAYLOAD_NOT_JSON',
            message: expect.stringContaining(`${at || 'The payload itself'}: `),
          }),
        );
      }),
      { numRuns: 300 },
    );
  });

  it("is not asked again: a getter that throws is the caller's to see", () => {
    const broken = {
      get price(): number {
        throw new RangeError('no price');
      },
    };
    expect(() => encode(broken)).toThrow(RangeError);
  });
});

describe('with a schema behind it', () => {
  it('what turns itself into JSON is sent as that, and shown to the schema so', () => {
    const at = new Date('2030-01-01T00:00:00Z');
    const { text, value } = encode({ at, total: new Money(5) }, true);
    expect(decodePayload(text)).toEqual({ at: at.toISOString(), total: { cents: 5, currency: 'EUR' } });
    expect(value).toEqual({ at: at.toISOString(), total: { cents: 5, currency: 'EUR' } });
  });

  it.each<[string, unknown, string]>([
    ['a Map', { prices: new Map() }, 'prices: a Map'],
    ['NaN in an instance', { total: new Money(Number.NaN) }, 'total.cents: NaN'],
    ['what toJSON gives', { a: { toJSON: () => ({ b: 1n }) } }, 'a.b: the bigint'],
    ['a method of its own', { a: Object.assign(new Money(1), { pay: () => 1 }) }, 'a.pay: a function'],
  ])('%s is refused all the same', (_, payload, told) => {
    expect(() => encode(payload, true)).toThrow(
      expect.objectContaining({ code: 'PAYLOAD_NOT_JSON', message: expect.stringContaining(told) }),
    );
  });
});

describe('the size of a payload', () => {
  it('is counted in bytes of UTF-8', () => {
    expect(() => encodePayload('x'.repeat(8), 'a', 10, false)).not.toThrow();
    expect(() => encodePayload('ü'.repeat(4), 'a', 10, false)).not.toThrow();
    expect(() => encodePayload('ü'.repeat(5), 'a', 10, false)).toThrow(
      expect.objectContaining({
        code: 'PAYLOAD_TOO_LARGE',
        message: expect.stringContaining('takes 12 bytes, more than maxPayloadBytes (10)'),
      }),
    );
  });
});
