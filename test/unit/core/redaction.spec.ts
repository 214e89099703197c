import { createRedactor } from '../../../lib/core/redaction.js';

const redactor = createRedactor();

describe('redaction', () => {
  it.each([
    ['password=abc def', 'password=[redacted] def'],
    ['PASSWORD: abc, user: x', 'PASSWORD: [redacted], user: x'],
    ['{"clientSecret":"a\\"b","x":1}', '{"clientSecret":[redacted],"x":1}'],
    ["accessToken: 'abc'", 'accessToken: [redacted]'],
    ['?token=abc&page=2', '?token=[redacted]&page=2'],
    ['Authorization: Bearer abc.def', 'Authorization: [redacted]'],
    ['got bearer abcdef0123 from it', 'got bearer [redacted] from it'],
    ['redis://:s3cret@cache:6379/0', 'redis://[redacted]@cache:6379/0'],
    ['card 4111 1111 1111 1111 declined', 'card [redacted] declined'],
    ['x-api-key=k1', 'x-api-key=[redacted]'],
    ['Cookie: sid=1', 'Cookie: [redacted]'],
    ['Cookie: theme=dark; sid=1; lang=en was refused', 'Cookie: [redacted] was refused'],
    ['{"credentials":{"user":"ada","pass":"p"},"x":1}', '{"credentials":[redacted],"x":1}'],
    ['tokens: ["a", "b"] expired', 'tokens: [redacted] expired'],
    ['"secret":{"a":"b', '"secret":[redacted]'],
  ])('%s', (given, clean) => expect(redactor.text(given)).toBe(clean));

  it.each([
    'order 1700000000000 was paid at 2026-11-24T08:16:49.123Z',
    'connect ECONNREFUSED 127.0.0.1:5432',
    "Cannot read properties of undefined (reading 'id')",
    'Unexpected token < in JSON at position 0',
    'the card was declined',
  ])('leaves alone: %s', (text) => expect(redactor.text(text)).toBe(text));

  it('takes out more names, another replacement, and whatever the hook takes', () => {
    const own = createRedactor({ keys: ['iban'], replacement: '***', text: (text) => text.replace(/ada/g, 'A.') });
    expect(own.text('iban=DE00 by ada, password: p')).toBe('iban=*** by A., password: ***');
  });

  it('takes any replacement for what it says', () => {
    for (const replacement of ['$1', '$&', "$'", '$$']) {
      const own = createRedactor({ replacement });
      expect(own.text('password=p')).toBe(`password=${replacement}`);
      expect(own.text('redis://:s3cret@cache')).toBe(`redis://${replacement}@cache`);
    }
  });

  it('shows nothing of a text that the hook fails on', () => {
    const failing = createRedactor({
      text: () => {
        throw new Error('hook');
      },
    });
    expect(failing.text('secret text')).toBe('[redacted]');
  });

  it('cleans a copy of a value', () => {
    const given = { user: 'ada', password: 'p', nested: [{ apiKey: 'k', note: 'token=t' }], at: null };
    expect(redactor.value(given)).toEqual({
      user: 'ada',
      password: '[redacted]',
      nested: [{ apiKey: '[redacted]', note: 'token=[redacted]' }],
      at: null,
    });
    expect(given.password).toBe('p');
  });

  it('is quick with hostile texts', () => {
    const started = performance.now();
    for (const piece of [
      'a',
      '"',
      'token',
      '1 ',
      'password="\\',
      'http://',
      ':',
      'token={',
      'token=[',
      'cookie=a;',
      'cookie=',
    ])
      redactor.text(piece.repeat(30_000));
    expect(performance.now() - started).toBeLessThan(2_000);
  });

  it('refuses an empty name', () => {
    expect(() => createRedactor({ keys: [''] })).toThrow(/REDACT|every field/);
  });
});
