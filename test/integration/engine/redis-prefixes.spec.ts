import { RedisEngine } from '../../../lib/engine/redis/redis.engine.js';
import { requestOf } from '../../support/engine-request.js';
import { describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('prefixes on one Redis', (redis) => {
  it('keep apps apart, also where prefix and queue hold colons', async () => {
    const places = [
      ['shop', 'eu:mail'],
      ['shop:eu', 'mail'],
      ['shop', 'eu'],
      ['shop:eu:mail', 'mail'],
    ] as const;
    const engines = places.map(([prefix]) => {
      return new RedisEngine({ target: redis().url, prefix, commandTimeoutMs: 5_000 });
    });
    for (const [n, [, queue]] of places.entries()) {
      await engines[n].open();
      await engines[n].enqueue([requestOf({ queue })]);
    }
    for (const [n, [, queue]] of places.entries()) {
      expect((await engines[n].stats(queue)).types).toMatchObject([{ accepted: 1 }]);
    }
    for (const engine of engines) await engine.close();
  });
});
