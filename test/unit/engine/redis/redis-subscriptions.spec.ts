import { EventEmitter } from 'node:events';
import { RedisConnection } from '../../../../lib/engine/redis/connection/redis-connection.js';
import { RedisSubscriptions } from '../../../../lib/engine/redis/connection/redis-subscriptions.js';
import type { RedisClient } from '../../../../lib/engine/redis/connection/redis-client.js';

/** As ioredis 5 behaves: what may be sent to a server that still loads is sent before the connection is ready. */
class ConnectingClient extends EventEmitter {
  status = 'wait';
  readonly sent: string[] = [];

  connect(): Promise<void> {
    this.status = 'connect';
    return Promise.resolve();
  }

  becomesReady(): void {
    this.status = 'ready';
    this.emit('ready');
  }

  subscribe(...channels: string[]): Promise<number> {
    this.sent.push(`${channels.join(' ')} while ${this.status}`);
    return Promise.resolve(1);
  }

  unsubscribe(channel: string): Promise<number> {
    this.sent.push(`no more ${channel}`);
    return Promise.resolve(0);
  }

  disconnect(): void {
    this.status = 'end';
  }
}

interface Scene {
  readonly client: ConnectingClient;
  readonly connection: RedisConnection;
  readonly subscriptions: RedisSubscriptions;
  readonly close: () => void;
}

function scene(): Scene {
  const client = new ConnectingClient();
  const connection = new RedisConnection({ target: 'redis://127.0.0.1:1', commandTimeoutMs: 1_000 });
  jest.spyOn(connection, 'spare').mockReturnValue(client as unknown as RedisClient);
  const subscriptions = new RedisSubscriptions(connection, 1_000);
  const close = (): void => {
    subscriptions.close();
    connection.close();
  };
  return { client, connection, subscriptions, close };
}

describe('subscriptions', () => {
  it('wait until the connection has introduced itself, the first and those that come meanwhile', async () => {
    const { client, subscriptions, close } = scene();
    const asked = [subscriptions.add('a', () => undefined), subscriptions.add('b', () => undefined)];
    expect(client).toMatchObject({ status: 'connect', sent: [] });
    client.becomesReady();
    await Promise.all(asked);
    await subscriptions.add('c', () => undefined);
    expect(client.sent).toEqual(['a while ready', 'b while ready', 'c while ready']);
    close();
  });

  it('are asked of the store each time, as a sign of life, and given up with the last listener of a channel', async () => {
    const { client, subscriptions, close } = scene();
    const heard: string[] = [];
    const asked = ['1', '2'].map((n) => subscriptions.add('a', (message) => heard.push(n + message)));
    client.becomesReady();
    const [first, second] = await Promise.all(asked);
    client.emit('message', 'a', '!');
    await first();
    await first();
    client.emit('message', 'a', '?');
    expect(client.sent).toEqual(['a while ready', 'a while ready']);
    await second();
    client.emit('message', 'a', '.');
    expect(heard).toEqual(['1!', '2!', '2?']);
    expect(client.sent).toEqual(['a while ready', 'a while ready', 'no more a']);
    close();
  });

  it('are asked for anew after one that failed', async () => {
    const { client, subscriptions, close } = scene();
    jest.spyOn(client, 'subscribe').mockRejectedValueOnce(Object.assign(new Error('NOPERM'), { name: 'ReplyError' }));
    client.becomesReady();
    await expect(subscriptions.add('a', () => undefined)).rejects.toThrow('NOPERM');
    await subscriptions.add('a', () => undefined);
    expect(client.sent).toEqual(['no more a', 'a while ready']);
    close();
  });

  it('move to a new connection when one that is there says nothing, all of them', async () => {
    const { client, subscriptions, connection, close } = scene();
    const heard: string[] = [];
    client.becomesReady();
    await subscriptions.add('a', (message) => heard.push(message));
    const next = new ConnectingClient();
    jest.spyOn(connection, 'spare').mockReturnValue(next as unknown as RedisClient);
    jest.spyOn(client, 'subscribe').mockReturnValue(new Promise(() => undefined));
    const began = performance.now();
    const asked = ['b', 'c'].map((channel) => subscriptions.add(channel, () => undefined));
    for (const each of asked) await expect(each).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    // Nobody waits for its goodbye, either.
    expect(performance.now() - began).toBeLessThan(1_900);
    expect(client.status).toBe('end');
    next.becomesReady();
    await subscriptions.add('d', () => undefined);
    expect(next.sent).toEqual(['d while ready', 'a d while ready']);
    next.emit('message', 'a', '!');
    expect(heard).toEqual(['!']);
    close();
  });
});
