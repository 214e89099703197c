import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';

type Listener = (message: string) => void;

interface Channel {
  readonly listeners: Set<Listener>;
  /** Once it resolves, nothing published is missed while the connection lives. */
  readonly opened: Promise<void>;
}

/** What is published to this process, on one connection that is opened when it is first needed. Best effort, as Redis is. */
export class RedisSubscriptions {
  private client: RedisClient | undefined;
  private becomingReady: Promise<void> | undefined;
  private readonly channels = new Map<string, Channel>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly silenceMs: number,
  ) {}

  /** Resolves when the channel is open, with what ends this listener. Only the first of a channel asks the store. */
  async add(name: string, listener: Listener): Promise<() => Promise<void>> {
    const channel = this.channels.get(name) ?? this.create(name);
    // The same function given twice is two listeners.
    const own: Listener = (message) => listener(message);
    channel.listeners.add(own);
    await channel.opened;
    return () => this.remove(name, channel, own);
  }

  private create(name: string): Channel {
    const channel: Channel = { listeners: new Set(), opened: this.open(name) };
    this.channels.set(name, channel);
    // Whoever comes next tries again.
    channel.opened.catch(() => this.forget(name, channel));
    return channel;
  }

  private async open(name: string): Promise<void> {
    const subscriber = this.subscriber();
    await this.connection.within(`subscribe ${name}`, async () => {
      await this.ready(subscriber);
      await subscriber.subscribe(name);
    });
  }

  private async remove(name: string, channel: Channel, listener: Listener): Promise<void> {
    if (!channel.listeners.delete(listener) || channel.listeners.size > 0 || !this.forget(name, channel)) return;
    const { client } = this;
    // A connection that is down has no subscription to end; it does not ask for this one again.
    if (client?.status === 'ready') {
      await this.connection.within(`unsubscribe ${name}`, () => client.unsubscribe(name));
    }
  }

  private forget(name: string, channel: Channel): boolean {
    return this.channels.get(name) === channel && this.channels.delete(name);
  }

  /**
   * A subscription that is sent before the connection has introduced itself puts it into a mode (of RESP2) in which it can not
   * do so any more.
   */
  private ready(client: RedisClient): Promise<void> {
    if (client.status === 'ready') return Promise.resolve();
    // Tried again by the client; whoever waits has a deadline.
    if (client.status === 'wait') client.connect().catch(() => undefined);
    this.becomingReady ??= new Promise<void>((resolve) => client.once('ready', resolve)).then(() => {
      this.becomingReady = undefined;
    });
    return this.becomingReady;
  }

  private subscriber(): RedisClient {
    if (!this.client) {
      this.client = this.connection.spare(this.silenceMs);
      this.client.on('message', (channel: string, message: string) => {
        for (const listener of [...(this.channels.get(channel)?.listeners ?? [])]) listener(message);
      });
    }
    return this.client;
  }

  close(): void {
    this.client?.disconnect();
    this.channels.clear();
  }
}
