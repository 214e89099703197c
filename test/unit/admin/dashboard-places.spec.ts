import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { assets } from '../../../lib/admin/dashboard/assets.generated.js';

interface Place {
  readonly start: number;
  readonly end: number;
}

/** As a browser has it, of which nothing but JSON comes back. */
function called(expression: string, given: Record<string, unknown>): unknown {
  const source = assets['places.js'].replaceAll('export function', 'function');
  return JSON.parse(runInNewContext(`${source}; JSON.stringify(${expression})`, given));
}

function placesOf(text: string): { places: [string, Place][]; wrongAt?: number } {
  const read = '(({ places, wrongAt }) => ({ places: [...places], wrongAt }))(placesOf(text))';
  return called(read, { text }) as ReturnType<typeof placesOf>;
}

const lineOf = (text: string, pointer: string): unknown =>
  called('(({ start }) => lineOf(text, start))(nearest(placesOf(text).places, pointer))', { text, pointer });

function valueAt(value: unknown, pointer: string): unknown {
  const names = pointer.split('/').slice(1);
  return names
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce((inner, name) => (inner as Record<string, unknown>)[name], value);
}

function countOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce((sum: number, inner) => sum + countOf(inner), 1);
}

describe('the places of values in a text of JSON', () => {
  it('are those of all of them, however it is written', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom(0, 2, '\t'), (made, indent) => {
        const text = JSON.stringify(made, null, indent);
        const value: unknown = JSON.parse(text);
        const { places, wrongAt } = placesOf(text);
        expect(wrongAt).toBeUndefined();
        expect(places).toHaveLength(countOf(value));
        for (const [pointer, { start, end }] of places)
          expect([pointer, JSON.parse(text.slice(start, end))]).toEqual([pointer, valueAt(value, pointer)]);
      }),
      { numRuns: 200 },
    );
  });

  it.each([
    ['', 0],
    ['{"a": 1,}', 8],
    ['[1 2]', 3],
    ['{"a": nul}', 6],
    ['{"a": 1}}', 8],
    ['{"a": "\n"}', 6],
    ['{"a', 1],
  ])('end in %j where it ceases to be JSON', (text, at) => {
    expect(() => JSON.parse(text)).toThrow();
    expect(placesOf(text).wrongAt).toBe(at);
  });

  it('give up on what is nested deeper than can be walked', () => {
    expect(placesOf('['.repeat(200_000))).toEqual({ places: [] });
  });

  it('are on the line of a field, or of what it is missing in', () => {
    const text = JSON.stringify({ order: { items: [{ sku: 'a' }], 'a/b': 1 }, total: 2 }, null, 2);
    expect(
      ['/order/items/0/sku', '/order/a~1b', '/total', '/order/items/0/price', '/none'].map((at) => lineOf(text, at)),
    ).toEqual([4, 7, 9, 3, 0]);
  });
});
