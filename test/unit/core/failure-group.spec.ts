import { failureGroup } from '../../../lib/core/failure-group.js';

const groupOf = (message: string, name = 'billing.charge', error = 'Error'): string =>
  failureGroup(name, error, message).group;

describe('failureGroup', () => {
  it.each([
    ['order 17 not found', 'order 4711 not found'],
    ['user "ann" is locked', 'user "bob the builder" is locked'],
    ["can't read 'a.txt'", "can't read 'b.txt'"],
    ['no 018f3f7a-7f4e-7b1e-8c7d-1a2b3c4d5e6f', 'no 118f3f7a-7f4e-7b1e-8c7d-1a2b3c4d5e60'],
    ['charge ch_3NabcDEF12345 failed', 'charge ch_9XyzAbc98765 failed'],
    ['two\n  lines', 'two lines'],
  ])('puts together what differs in its details only: %j and %j', (one, two) => {
    expect(groupOf(one)).toBe(groupOf(two));
  });

  it('keeps apart other messages, error classes and jobs', () => {
    const groups = [
      groupOf("can't connect, won't retry"),
      groupOf("can't parse, won't retry"),
      groupOf('a'),
      groupOf('a', 'mail.send'),
      groupOf('a', 'billing.charge', 'TypeError'),
    ];
    expect(new Set(groups).size).toBe(5);
  });

  it('labels a group with what its members have in common', () => {
    const { groupLabel } = failureGroup('billing.charge', 'TypeError', 'order 17 failed');
    expect(JSON.parse(groupLabel)).toEqual({
      name: 'billing.charge',
      errorName: 'TypeError',
      message: 'order <n> failed',
    });
  });

  it('takes a megabyte of message without delay', () => {
    const begun = performance.now();
    for (const hostile of ["'".repeat(1e6), 'a1'.repeat(5e5), '0123456789abcdef-'.repeat(6e4)]) groupOf(hostile);
    expect(performance.now() - begun).toBeLessThan(500);
  });
});
