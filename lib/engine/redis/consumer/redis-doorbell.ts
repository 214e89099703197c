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
   * Something is being sent to the store that is to wait in these lines. Whoever waits for all of them here is woken now: its turn
   * reaches the store right behind.
   * @returns whether there was one, for whom no bell need be rung
   */
  wakeHere(queue: string, lines: Iterable<string>): boolean {
    const listener = this.listeners.get(queue);
    if (!listener) return false;
    const keys = this.keys.queue(queue);
    return listener.wakeHere(Array.from(lines, (line) => keys.bell(line)));
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
