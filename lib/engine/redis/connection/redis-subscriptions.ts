import { EngineTimeoutError } from '../../engine.errors.js';
import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';

type Listener = (message: string) => void;

/** What is published to this process, on one connection that is opened when it is first needed. Best effort, as Redis is. */
export class RedisSubscriptions {
  private client: RedisClient | undefined;
  private becomingReady: Promise<void> | undefined;
  private readonly listeners = new Map<string, Set<Listener>>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly silenceMs: number,
  ) {}

  /**
   * Once resolved, nothing published from then on is missed while the connection lives. Ended by the function returned.
   *
   * Asks the store even for a channel that is open: the answer says that the connection lives, and was there before the caller
   * looks at what it waits for.
   */
  async add(channel: string, listener: Listener): Promise<() => Promise<void>> {
    // The same function given twice is two listeners.
    const own: Listener = (message) => listener(message);
    let listeners = this.listeners.get(channel);
    if (!listeners) this.listeners.set(channel, (listeners = new Set()));
    listeners.add(own);
    try {
      const subscriber = this.subscriber();
      await this.connection.within(`subscribe ${channel}`, async () => {
        await this.ready(subscriber);
        await subscriber.subscribe(channel);
      });
    } catch (error) {
      if (error instanceof EngineTimeoutError) this.leaveSilent();
      await this.remove(channel, own);
      throw error;
    }
    return () => this.remove(channel, own);
  }

  private async remove(channel: string, listener: Listener): Promise<void> {
    const listeners = this.listeners.get(channel);
    if (!listeners?.delete(listener) || listeners.size > 0) return;
    this.listeners.delete(channel);
    const { client } = this;
    // On a connection that is down there is none to end. Should it ask for this one again, that only costs messages.
    if (client?.status === 'ready')
      await this.connection.within(`unsubscribe ${channel}`, () => client.unsubscribe(channel));
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

  /** A Cluster does not find out by itself that the node it listens on says nothing any more. */
  private leaveSilent(): void {
    const silent = this.client;
    if (silent?.status !== 'ready' || this.listeners.size === 0) return;
    silent.disconnect();
    this.client = this.becomingReady = undefined;
    const next = this.subscriber();
    // Should this one say nothing either, whoever comes next finds out.
    this.ready(next)
      .then(() => next.subscribe(...this.listeners.keys()))
      .catch(() => undefined);
  }

  private subscriber(): RedisClient {
    if (!this.client) {
      this.client = this.connection.spare(this.silenceMs);
      this.client.on('message', (channel: string, message: string) => {
        for (const listener of [...(this.listeners.get(channel) ?? [])]) listener(message);
      });
    }
    return this.client;
  }

  close(): void {
    this.client?.disconnect();
    this.listeners.clear();
  }
}
