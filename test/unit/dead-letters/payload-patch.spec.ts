import { patchBetween, patched } from '../../../lib/dead-letters/payload-patch.js';
import { PayloadPatchError } from '../../../lib/dead-letters/dead-letter.errors.js';
import type { JsonPatchOperation } from '../../../lib/core/replay-record.js';

const ORDER = { id: 'A-1', items: [{ sku: 'x' }, { sku: 'y' }], customer: { email: 'ada@', '/~': 1, none: null } };

const MOST = 1_000;

function apply(...patch: unknown[]): unknown {
  return patched(ORDER, patch as JsonPatchOperation[], 'replay of x', MOST);
}

const nested = (levels: number): unknown => JSON.parse('['.repeat(levels) + ']'.repeat(levels));

describe('a patch', () => {
  it.each<[string, unknown, unknown]>([
    ['replaces', { op: 'replace', path: '/id', value: 7 }, { ...ORDER, id: 7 }],
    [
      'replaces null',
      { op: 'replace', path: '/customer/none', value: 1 },
      { ...ORDER, customer: { ...ORDER.customer, none: 1 } },
    ],
    ['adds a field', { op: 'add', path: '/note', value: null }, { ...ORDER, note: null }],
    ['adds before an item', { op: 'add', path: '/items/0', value: 1 }, { ...ORDER, items: [1, ...ORDER.items] }],
    ['adds behind all items', { op: 'add', path: '/items/-', value: 1 }, { ...ORDER, items: [...ORDER.items, 1] }],
    ['removes', { op: 'remove', path: '/items/0' }, { ...ORDER, items: [{ sku: 'y' }] }],
    [
      'moves',
      { op: 'move', from: '/items', path: '/lines' },
      { id: 'A-1', customer: ORDER.customer, lines: ORDER.items },
    ],
    ['copies', { op: 'copy', from: '/id', path: '/items/1/sku' }, { ...ORDER, items: [{ sku: 'x' }, { sku: 'A-1' }] }],
    [
      'reads escapes',
      { op: 'replace', path: '/customer/~1~0', value: 2 },
      { ...ORDER, customer: { ...ORDER.customer, '/~': 2 } },
    ],
    ['tests', { op: 'test', path: '/items/1', value: { sku: 'y' } }, ORDER],
    [
      'tests in any order of fields',
      { op: 'test', path: '/customer', value: { none: null, email: 'ada@', '/~': 1 } },
      ORDER,
    ],
    ['replaces the whole', { op: 'replace', path: '', value: [] }, []],
    ['removes the whole', { op: 'remove', path: '' }, undefined],
  ])('%s', (_, operation, expected) => {
    const before = structuredClone(ORDER);
    expect(apply(operation)).toEqual(expected);
    expect(ORDER).toEqual(before);
  });

  it('can make a payload where there was none', () => {
    expect(patched(undefined, [{ op: 'add', path: '', value: { a: 1 } }], 'x', MOST)).toEqual({ a: 1 });
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a field that is not there',
      { op: 'replace', path: '/customer/emial', value: 1 },
      /nothing at '\/customer\/emial'/,
    ],
    ['a parent that is not there', { op: 'add', path: '/address/city', value: 1 }, /nothing can be put/],
    ['an item that is not there', { op: 'remove', path: '/items/2' }, /nothing at/],
    ['a place behind the end', { op: 'add', path: '/items/3', value: 1 }, /no place in a list of 2/],
    ['no index', { op: 'replace', path: '/items/first', value: 1 }, /nothing at/],
    ['what lists inherit', { op: 'remove', path: '/items/length' }, /nothing at/],
    ['what objects inherit', { op: 'remove', path: '/toString' }, /nothing at/],
    ['a character', { op: 'add', path: '/id/0', value: 'x' }, /nothing can be put/],
    ['a prototype', { op: 'add', path: '/__proto__/polluted', value: 1 }, /can not be edited by a patch/],
    [
      'a prototype inside a value',
      { op: 'add', path: '/x', value: JSON.parse('{"a":[{"__proto__":{"polluted":1}}]}') },
      /has a field named __proto__/,
    ],
    ['a constructor', { op: 'add', path: '/constructor/prototype/polluted', value: 1 }, /can not be edited by a patch/],
    ['another value', { op: 'test', path: '/id', value: 'A-2' }, /another value/],
    ['less than a list', { op: 'test', path: '/items', value: [{ sku: 'x' }] }, /another value/],
    ['what looks like a list', { op: 'test', path: '/items', value: { 0: { sku: 'x' }, 1: { sku: 'y' } } }, /another/],
    ['another name', { op: 'test', path: '/items/0', value: { kus: 'x' } }, /another value/],
    ['itself', { op: 'move', from: '/customer', path: '/customer/me' }, /apply/],
    ['no pointer', { op: 'remove', path: 'id' }, /no JSON Pointer/],
    ['no path', { op: 'remove' }, /no JSON Pointer/],
    ['no value', { op: 'add', path: '/x' }, /has no value/],
    ['no operation', { op: 'delete', path: '/x' }, /op must be/],
    ['null', null, /op must be/],
    ['what is too deep', { op: 'add', path: '/x', value: nested(20_000) }, /value is more than 500 levels deep/],
    ['a place that is too deep', { op: 'remove', path: '/x'.repeat(20_000) }, /pointer is more than 500 levels deep/],
  ])('does not apply to %s, and says which operation it was', (_, operation, message) => {
    const patch = [{ op: 'replace', path: '/id', value: 'changed' }, operation];
    expect(() => apply(...patch)).toThrow(message);
    expect(() => apply(...patch)).toThrow(PayloadPatchError);
    try {
      apply(...patch);
    } catch (error) {
      expect(error).toMatchObject({ code: 'PATCH_FAILED', index: 1, operation });
    }
    expect(ORDER.id).toBe('A-1');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
  });
});

describe('a patch that would take the process with it', () => {
  it('doubles by its copies no more than a payload may have', () => {
    const doubling = Array.from({ length: 60 }, () => ({ op: 'copy', from: '/items', path: '/items/-' }) as const);
    const started = performance.now();
    expect(() => apply(...doubling)).toThrow(/operation 4 of the patch \(copy .* more than 1000 bytes would be copied/);
    expect(apply(...doubling.slice(0, 3))).toMatchObject({ items: { length: 5 } });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it('asks whether long lists are the same, not what is different', () => {
    const list = (first: number): number[] => Array.from({ length: 5_000 }, (_, n) => first + n);
    const test = (value: unknown): unknown =>
      patched({ list: list(0) }, [{ op: 'test', path: '/list', value }], 'x', MOST);
    const started = performance.now();
    expect(() => test(list(5_000))).toThrow(/another value/);
    expect(test(list(0))).toEqual({ list: list(0) });
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});

describe('the patch between two payloads', () => {
  it.each<[string, unknown, unknown]>([
    ['nothing', ORDER, structuredClone(ORDER)],
    ['a field', ORDER, { ...ORDER, id: 'A-2', more: [] }],
    ['items', [1, 2, 3, 4], [0, 2, 3, 5, 6]],
    ['kinds', { a: 1 }, 'text'],
    ['no payload before', undefined, { a: 1 }],
    ['no payload after', { a: 1 }, undefined],
    ['null', null, { a: null }],
    ['odd names', { 'a/b': 1, '': 2, constructor: 3 }, { 'a/b': 2, '': 3, '~': 4 }],
  ])('leads from one to the other: %s', (_, before, after) => {
    const patch = patchBetween(before, after);
    if (!JSON.stringify(patch).includes('constructor')) expect(patched(before, patch, 'x', MOST)).toEqual(after);
    else expect(patch).toContainEqual({ op: 'remove', path: '/constructor' });
  });

  it('names only what is different', () => {
    expect(patchBetween(ORDER, { ...ORDER, id: 'A-2' })).toEqual([{ op: 'replace', path: '/id', value: 'A-2' }]);
    expect(patchBetween(ORDER, structuredClone(ORDER))).toEqual([]);
  });

  it('stays quick and correct for long lists, and is never larger than the new payload', () => {
    const before = Array.from({ length: 3_000 }, (_, n) => ({ n, list: [n, n + 1] }));
    const after = before.map(({ n, list }) => ({ n: n + 1, list: [...list, 0] }));
    const started = performance.now();
    const patch = patchBetween(before, after);
    expect(performance.now() - started).toBeLessThan(2_000);
    expect(patched(before, patch, 'x', MOST)).toEqual(after);
    const nested = patchBetween([before.slice(0, 90)], [after.slice(0, 90)]);
    expect(patched([before.slice(0, 90)], nested, 'x', MOST)).toEqual([after.slice(0, 90)]);
    expect(JSON.stringify(patch).length).toBeLessThan(JSON.stringify(after).length + 100);
  });
});
