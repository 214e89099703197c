import { existsSync } from 'node:fs';
import { eventually } from '../../support/eventually.js';
import { describeWithRedis, startRedisServer } from '../../support/redis-server.js';

describeWithRedis('redis server for tests', (redis) => {
  it('answers on its url and keeps nothing', async () => {
    const client = redis().connect();
    expect(await client.ping()).toBe('PONG');
    expect(await client.config('GET', 'save')).toEqual(['save', '']);
  });

  it('is gone with its directory after stop', async () => {
    const own = await startRedisServer({ args: ['--maxmemory', '16mb'] });
    expect(await own.connect().config('GET', 'maxmemory')).toEqual(['maxmemory', String(16 * 1024 * 1024)]);
    await own.stop();
    await own.stop();
    expect(existsSync(own.dir)).toBe(false);
    await eventually(() => expect(() => process.kill(own.pid, 0)).toThrow('ESRCH'));
  });

  it('says what the server said when it can not start', async () => {
    await expect(startRedisServer({ args: ['--no-such-option', 'x'] })).rejects.toThrow('FATAL CONFIG FILE ERROR');
  });
});
