import { SentinelWatch, type ServerAddress } from '../../../lib/engine/redis/connection/sentinel-watch.js';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis } from '../../support/redis-server.js';

// A Sentinel says what it has to say on a channel, as any Redis can.
describeWithRedis('whoever listens to Sentinels', (redis) => {
  it('hears who took over from its own master, not from one of another name, until it is closed', async () => {
    const heard: ServerAddress[] = [];
    const own = { name: 'own', sentinels: [{ host: '127.0.0.1', port: redis().port }] };
    const watch = new SentinelWatch(own, 5_000, (successor) => heard.push(successor));
    const admin = redis().connect();
    const listeners = async (): Promise<unknown> => (await admin.pubsub('NUMSUB', '+switch-master'))[1];
    const say = (name: string): Promise<number> =>
      admin.publish('+switch-master', `${name} 10.0.0.1 6379 10.0.0.2 6380`);
    try {
      watch.open();
      watch.open();
      await eventually(async () => expect(await listeners()).toBe(1));
      await say('another');
      await say('own');
      await eventually(() => expect(heard).toEqual([{ host: '10.0.0.2', port: 6380 }]));
    } finally {
      watch.close();
    }
    await eventually(async () => expect(await listeners()).toBe(0));
    watch.open();
    await admin.ping();
    expect(await listeners()).toBe(0);
  });
});
