import { EventEmitter } from 'node:events';
import { RedisConnection } from '../../../../lib/engine/redis/redis-connection.js';
import { RedisSubscriptions } from '../../../../lib/engine/redis/redis-subscriptions.js';
import type { RedisClient } from '../../../../lib/engine/redis/redis-client.js';

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

  subscribe(channel: string): Promise<number> {
    this.sent.push(`${channel} while ${this.status}`);
    return Promise.resolve(1);
  }

  disconnect(): void {
    this.status = 'end';
  }
}

describe('subscriptions', () => {
  it('wait until the connection has introduced itself, the first and those that come meanwhile', async () => {
    const client = new ConnectingClient();
    const connection = new RedisConnection({ target: 'redis://127.0.0.1:1', commandTimeoutMs: 1_000 });
    jest.spyOn(connection, 'spare').mockReturnValue(client as unknown as RedisClient);
    const subscriptions = new RedisSubscriptions(connection, 1_000);
    const asked = [subscriptions.add('a', () => undefined), subscriptions.add('b', () => undefined)];
    expect(client).toMatchObject({ status: 'connect', sent: [] });
    client.becomesReady();
    await Promise.all(asked);
    await subscriptions.add('c', () => undefined);
    expect(client.sent).toEqual(['a while ready', 'b while ready', 'c while ready']);
    subscriptions.close();
    connection.close();
  });
});
