import { PassThrough } from 'node:stream';
import fc from 'fast-check';
import { Command } from 'ioredis';
import { digestOf } from '../../../../lib/engine/redis/connection/redis-scripts.js';
import { scriptBytes, type ScriptArgument } from '../../../../lib/engine/redis/connection/script-bytes.js';
import { ScriptCall } from '../../../../lib/engine/redis/connection/script-call.js';
import { scripts } from '../../../../lib/engine/redis/scripts.generated.js';

/** As ioredis would send it. */
function plain(command: string, ...args: (string | number)[]): string {
  return String(new Command(command, args).toWritable({}));
}

describe('the bytes of a script', () => {
  const queue = { shared: ['{p:q}:one', '{p:q}:two'], tag: '{p:q}:' };
  const callOf = (own: readonly string[], args: readonly ScriptArgument[], isUnknown = false): ScriptCall =>
    new ScriptCall(scriptBytes('stats', queue, own, args), isUnknown);

  it('are those that ioredis would send for the same arguments', () => {
    const connection = new PassThrough();
    callOf([], []).toWritable(connection);
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.string({ maxLength: 1_200 }),
      // Of a length at which the bytes need a digit more than the characters.
      fc
        .tuple(fc.constantFrom('é', '€', '🦭', 'a'), fc.integer({ min: 1, max: 400 }))
        .map(([unit, n]) => unit.repeat(n)),
    );
    const numbers = fc.oneof(fc.integer(), fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.maxSafeInteger());
    fc.assert(
      fc.property(fc.array(texts), fc.array(fc.oneof(texts, numbers, fc.tuple(texts, texts))), (own, args) => {
        const expected = plain(
          'evalsha',
          digestOf('stats'),
          2 + own.length,
          ...queue.shared,
          ...own,
          queue.tag,
          ...args.map((arg) => (typeof arg === 'object' ? arg.join('') : arg)),
        );
        expect(callOf(own, args).toWritable(connection).toString()).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('hold the script itself the first time on each connection, and when it was forgotten', () => {
    const whole = plain('eval', scripts.stats, 2, ...queue.shared, queue.tag, 'x');
    const short = plain('evalsha', digestOf('stats'), 2, ...queue.shared, queue.tag, 'x');
    const [first, second] = [new PassThrough(), new PassThrough()];
    const call = callOf([], ['x']);
    expect(call.toWritable(first).toString()).toBe(whole);
    expect(call.toWritable(first).toString()).toBe(short);
    // As it is sent again over the next connection.
    expect(call.toWritable(second).toString()).toBe(whole);
    expect(callOf([], ['x'], true).toWritable(second).toString()).toBe(whole);
    expect(callOf([], ['x']).toWritable(second).toString()).toBe(short);
  });

  it('tell a Cluster the node by the tag of the queue', () => {
    expect(callOf(['{p:q}:own'], []).getSlot()).toBe(new Command('get', ['{p:q}:elsewhere']).getSlot());
  });
});
