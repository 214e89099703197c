import { RedisConnection } from '../../../lib/engine/redis/connection/redis-connection.js';
import { RedisSubscriptions } from '../../../lib/engine/redis/connection/redis-subscriptions.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

describeWithRedis('subscriptions on Redis', (redis) => {
  it('may be asked for at any moment of connecting, in either protocol', async () => {
    for (const protocol of [2, 3] as const) {
      const target = { host: '127.0.0.1', port: redis().port, protocol };
      const connection = new RedisConnection({ target, commandTimeoutMs: 3_000 });
      await connection.open();
      const subscriptions = new RedisSubscriptions(connection, 3_000);
      const heard: string[] = [];
      let isFirstThere = false;
      const asked = [subscriptions.add('channel 0', (message) => heard.push(message))];
      void asked[0].then(
        () => (isFirstThere = true),
        () => (isFirstThere = true),
      );
      while (!isFirstThere) {
        asked.push(subscriptions.add(`channel ${asked.length}`, (message) => heard.push(message)));
        await new Promise((resolve) => setImmediate(resolve));
      }
      await Promise.all(asked);
      const publisher = redis().connect();
      for (const n of asked.keys()) await publisher.publish(`channel ${n}`, String(n));
      await eventually(() => expect(heard).toEqual([...asked.keys()].map(String)));
      subscriptions.close();
      connection.close();
    }
  });
});
