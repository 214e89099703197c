import { normalisedMessage } from '../../../lib/core/normalised-message.js';

describe('normalisedMessage', () => {
  it.each([
    // pg
    [
      'duplicate key value violates unique constraint "users_email_key"',
      'duplicate key value violates unique constraint <text>',
    ],
    ['relation "orders" does not exist', 'relation <text> does not exist'],
    ['connect ECONNREFUSED 127.0.0.1:5432', 'connect ECONNREFUSED <host>'],
    ['connect ECONNREFUSED ::1:5432', 'connect ECONNREFUSED <host>'],
    ['getaddrinfo ENOTFOUND db-7.eu-west-1.example.internal', 'getaddrinfo ENOTFOUND <host>'],
    // ioredis
    ['connect ETIMEDOUT 10.3.4.5:6379', 'connect ETIMEDOUT <host>'],
    ['MOVED 3999 127.0.0.1:6381', 'MOVED <n> <host>'],
    // undici, axios
    ['Request failed with status code 503', 'Request failed with status code <n>'],
    ['GET https://api.example.com/v1/orders/4711?page=2 failed: 500', 'GET <url> failed: <n>'],
    ['timeout of 30000ms exceeded', 'timeout of <n>ms exceeded'],
    [
      'Connect Timeout Error (attempted address: api.example.com:443, timeout: 10000ms)',
      'Connect Timeout Error (attempted address: <host>, timeout: <n>ms)',
    ],
    // Prisma, MongoDB
    ['Unique constraint failed on the fields: (`email`)', 'Unique constraint failed on the fields: (<text>)'],
    [
      'E11000 duplicate key error collection: shop.orders index: _id_ dup key: { _id: ObjectId("65f1c0ffee65f1c0ffee1234") }',
      'E<n> duplicate key error collection: shop.orders index: _id_ dup key: { _id: ObjectId(<text>) }',
    ],
    ['connection 3 to 10.0.0.7:27017 closed', 'connection <n> to <host> closed'],
    ['/charges answered 400: {"error":"card_closed"}', '/charges answered <n>: {"error":<text>}'],
    // validation: the paths of fields stay, since they tell one fault from another
    ['customer.address.zip must be a string', 'customer.address.zip must be a string'],
    ['items.0.price must be positive', 'items.<n>.price must be positive'],
    ["Cannot read properties of undefined (reading 'id')", 'Cannot read properties of undefined (reading <text>)'],
    // whom and when
    ['mail to ada.lovelace+shop@mail.example.co.uk bounced', 'mail to <email> bounced'],
    ['certificate expired at 2026-11-26T10:00:00.000Z', 'certificate expired at <time>'],
    ['no slot on 2026-11-26 for user 7', 'no slot on <time> for user <n>'],
    ['job 018f3f7a-7f4e-7b1e-8c7d-1a2b3c4d5e6f is gone', 'job <uuid> is gone'],
    ['read 0xdeadBEEF of cus_9s6XKzkNRiz8i3', 'read <id> of <id>'],
    ['redis://:secret@cache.example.com:6379/0 refused', '<url> refused'],
    // what is none of all that
    ["can't connect, won't retry", "can't connect, won't retry"],
    ['Error: a::b is not a function', 'Error: a::b is not a function'],
    ['at 12:30:45', 'at <time>'],
    ['  two\n  lines ', 'two lines'],
  ])('%j', (message, expected) => {
    expect(normalisedMessage(message)).toBe(expected);
  });

  it('keeps 200 characters', () => {
    expect(normalisedMessage('x '.repeat(500))).toHaveLength(200);
  });

  it('takes what is made to be slow without delay', () => {
    const hostile = [
      'a.'.repeat(5e5),
      'a@'.repeat(5e5),
      ':'.repeat(1e6),
      'host '.repeat(2e5),
      'x://'.repeat(3e5),
      '1.'.repeat(5e5),
    ];
    const began = performance.now();
    for (const message of hostile) normalisedMessage(message);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
