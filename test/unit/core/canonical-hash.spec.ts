import fc from 'fast-check';
import { canonicalHash as hashOfText } from '../../../lib/core/canonical-hash.js';

const canonicalHash = (value: unknown): string => hashOfText(JSON.stringify(value));

const json = fc.jsonValue({ maxDepth: 5 });

function shuffled(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shuffled);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, field]) => [key, shuffled(field)]),
  );
}

describe('the fingerprint of a payload', () => {
  it('is the same in whatever order the fields stand', () => {
    fc.assert(fc.property(json, (value) => expect(canonicalHash(shuffled(value))).toBe(canonicalHash(value))));
  });

  it('tells apart what is not the same', () => {
    fc.assert(
      fc.property(json, json, (a, b) => {
        const same = JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
        expect(canonicalHash(a) === canonicalHash(b)).toBe(same);
      }),
      { numRuns: 500 },
    );
  });

  it.each<[unknown, unknown]>([
    [{ a: '1' }, { a: 1 }],
    [
      ['ab', 'c'],
      ['a', 'bc'],
    ],
    [{ a: { b: 1 } }, { a: 1, b: 1 }],
    [[[1], 2], [[1, 2]]],
    [[1, 2], [12]],
    ['null', null],
    [{}, []],
    [{ a: null }, {}],
    [true, 'true'],
    ['x'.repeat(1_000), 'x'.repeat(1_001)],
    [`a${'x'.repeat(1_000)}`, `b${'x'.repeat(1_000)}`],
    [['x'.repeat(1_000), 'y'], ['x'.repeat(1_000)]],
  ])('of %j is not that of %j', (a, b) => expect(canonicalHash(a)).not.toBe(canonicalHash(b)));

  it('takes an undefined field for an absent one', () => {
    expect(canonicalHash({ a: 1, b: undefined })).toBe(canonicalHash({ a: 1 }));
  });

  it('stays what it was, because tombstones of earlier releases hold it', () => {
    const order = { orderId: 'A-1', items: [{ sku: 'x', price: 12.5 }], paid: false, note: null };
    expect(canonicalHash(order)).toBe('Wl5wT3UI40');
    const wide = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`f${i}`, i]));
    expect(canonicalHash(shuffled(wide))).toBe(canonicalHash(wide));
  });
});

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return { fields: fields.map(([key, field]) => [key, sorted(field)]) };
}
