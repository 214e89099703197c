import { assert, double, oneof, property, string } from 'fast-check';
import { formatJobId, keyProblem, newOp, parseJobId, slotOfKey } from '../../../lib/core/job-id.js';
import { keyOfSlot } from '../../../lib/engine/redis/records/redis-codec.js';

const key = oneof(
  string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
  double({ noNaN: true, noDefaultInfinity: true }),
);
// Both are written 0.
const normal = (value: string | number): string | number => (Object.is(value, -0) ? 0 : value);

describe('the slot of a key', () => {
  it('makes an id that can be read, and tells the key unless it is hashed', () => {
    assert(
      property(key, (given) => {
        const ref = { queue: 'q', type: 't', slotKey: slotOfKey(given), op: newOp() };
        expect(parseJobId(formatJobId(ref))).toEqual(ref);
        if (!ref.slotKey.startsWith('h')) expect(keyOfSlot(ref.slotKey)).toBe(normal(given));
      }),
      { examples: [[1e21], [-1e300], [5e-324], [-0], ['~'], ['a\nb'], ['n7'], ['😀'], ['='], ['%'], ['\0']] },
    );
  });

  it('keeps different keys apart', () => {
    assert(
      property(key, key, (one, other) => {
        expect(slotOfKey(one) === slotOfKey(other)).toBe(normal(one) === normal(other));
      }),
      {
        examples: [
          [7, '7'],
          ['1e21', 1e21],
          ['a=7E', 'a~'],
          ['x'.repeat(64), 'x'.repeat(65)],
        ],
      },
    );
  });
});

describe('what can be a key', () => {
  it.each([
    ['', 'empty'],
    [Number.NaN, 'not a finite number'],
    [Infinity, 'not a finite number'],
    [null, 'null'],
    [undefined, 'undefined'],
    ['é'.repeat(257), 'longer than 512 bytes'],
    ['a\ud800', 'half of a surrogate pair'],
    ['\udc00b', 'half of a surrogate pair'],
  ])('is not %j: %s', (given, problem) => {
    expect(keyProblem(given)).toContain(problem);
  });

  it.each(['a', 0, -0, 1e21, '\0', '~', '😀', 'é'.repeat(256)])('is %j', (given) => {
    expect(keyProblem(given)).toBeUndefined();
  });
});
