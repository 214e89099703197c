import type { RedisConnection } from '../connection/redis-connection.js';
import { lineOf, type RedisKeys } from '../redis-keys.js';
import { RedisListener } from './redis-listener.js';

/** Wakes workers that found nothing to do. One blocking connection for each queue that somebody waits for in this process. */
export class RedisDoorbell {
  private readonly listeners = new Map<string, RedisListener>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    /** Names this process among those that listen. */
    private readonly client: string,
    private readonly commandTimeoutMs: number,
  ) {}

  async waitForWork(
    queue: string,
    _worker: string,
    types: readonly { type: string; version: number }[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return;
    const keys = this.keys.queue(queue);
    let listener = this.listeners.get(queue);
    if (!listener) {
      listener = new RedisListener(this.connection, keys.nudge(this.client), this.commandTimeoutMs);
      this.listeners.set(queue, listener);
    }
    const bells = new Set(types.map(({ type, version }) => keys.bell(lineOf(type, version))));
    await listener.wait(bells, timeoutMs, signal);
  }

  /**
   * Something was sent to the store that is to wait in these lines: whoever waits for it here need not wait for the bell. A turn
   * that begins now reaches the store behind it; where it comes too early, the bell rings still.
   */
  ringHere(queue: string, lines: Iterable<string>): void {
    const listener = this.listeners.get(queue);
    if (!listener) return;
    const keys = this.keys.queue(queue);
    for (const line of lines) listener.ringHere(keys.bell(line));
  }

  /** A turn is sent that claims what waits in these lines. */
  looked(queue: string, lines: Iterable<string>): void {
    const keys = this.keys.queue(queue);
    this.listeners.get(queue)?.looked(Array.from(lines, (line) => keys.bell(line)));
  }

  close(): void {
    for (const listener of this.listeners.values()) listener.close();
  }
}
