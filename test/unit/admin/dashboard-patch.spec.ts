import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { applyPatch, type Operation } from 'rfc6902';
import { assets } from '../../../lib/admin/dashboard/assets.generated.js';

/** As a browser has it, of which nothing but JSON comes back. */
function difference(before: unknown, after: unknown): Operation[] {
  const source = assets['patch.js'].replace('export function', 'function');
  const call = `${source}; JSON.stringify(difference(JSON.parse(before), JSON.parse(after)))`;
  const json: string = runInNewContext(call, { before: JSON.stringify(before), after: JSON.stringify(after) });
  return JSON.parse(json);
}

// Names that no patch may touch: whoever applies it leaves them alone.
const REFUSED = /__proto__|constructor|prototype/;

const value = fc
  .jsonValue({ maxDepth: 3 })
  .map((each) => JSON.stringify(each))
  .filter((json) => !REFUSED.test(json))
  .map((json) => JSON.parse(json) as unknown);

describe('the difference of two payloads', () => {
  it('makes the one into the other, by add, replace and remove alone', () => {
    fc.assert(
      fc.property(value, value, (before, after) => {
        const patch = difference({ payload: before }, { payload: after });
        const patched = JSON.parse(JSON.stringify({ payload: before }));
        expect(applyPatch(patched, patch).filter(Boolean)).toEqual([]);
        expect(patched).toEqual({ payload: after });
        expect(patch.filter(({ op }) => !['add', 'replace', 'remove'].includes(op))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });

  it('touches nothing that stays the same, above all no secret', () => {
    const before = {
      email: 'bob',
      card: '[redacted]',
      items: [
        { key: '[redacted]', n: 1 },
        { key: '[redacted]', n: 2 },
      ],
    };
    const after = {
      email: 'ada',
      card: '[redacted]',
      items: [
        { key: '[redacted]', n: 1 },
        { key: '[redacted]', n: 3 },
      ],
    };
    expect(difference(before, after)).toEqual([
      { op: 'replace', path: '/email', value: 'ada' },
      { op: 'replace', path: '/items/1/n', value: 3 },
    ]);
    expect(difference(before, { ...before, items: before.items.slice(1) })).toEqual([
      { op: 'remove', path: '/items/0' },
    ]);
    expect(difference(before, before)).toEqual([]);
  });

  it('escapes what has a meaning in a pointer, and knows no prototypes', () => {
    expect(difference({ 'a/b~c': 1 }, { 'a/b~c': 2 })).toEqual([{ op: 'replace', path: '/a~1b~0c', value: 2 }]);
    expect(difference({}, { toString: 1 })).toEqual([{ op: 'add', path: '/toString', value: 1 }]);
  });
});
