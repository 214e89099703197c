import type { RedisConnection } from './redis-connection.js';
import { lineOf, type RedisKeys } from './redis-keys.js';
import { RedisListener } from './redis-listener.js';

/** Wakes workers that found nothing to do. One blocking connection for each queue and set of types in this process. */
export class RedisDoorbell {
  private readonly listeners = new Map<string, RedisListener>();

  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
    private readonly commandTimeoutMs: number,
  ) {}

  waitForWork(
    queue: string,
    _worker: string,
    types: readonly { type: string; version: number }[],
    timeoutMs: number,
    signal: AbortSignal,
  ): Promise<void> {
    if (signal.aborted) return Promise.resolve();
    const keys = this.keys.queue(queue);
    const bells = types.map(({ type, version }) => keys.bell(lineOf(type, version))).sort();
    const name = bells.join(' ');
    let listener = this.listeners.get(name);
    if (!listener) {
      listener = new RedisListener(this.connection, bells, this.commandTimeoutMs);
      this.listeners.set(name, listener);
    }
    return listener.wait(timeoutMs, signal);
  }

  close(): void {
    for (const listener of this.listeners.values()) listener.close();
  }
}
