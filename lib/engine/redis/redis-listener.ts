import type { RedisClient } from './redis-client.js';
import type { RedisConnection } from './redis-connection.js';

/** A pop is asked for anew after so long, so that one whose reply was lost is soon forgotten. */
const POP_S = 5;

/**
 * Listens at some bells on a connection of its own, for as long as anybody waits. Each token wakes one waiter. A token that
 * arrives when nobody waits any more is put back for other processes.
 */
export class RedisListener {
  private readonly client: RedisClient;
  private readonly waiters = new Set<() => void>();
  private listening = false;
  private closed = false;

  constructor(
    private readonly connection: RedisConnection,
    private readonly bells: readonly string[],
    commandTimeoutMs: number,
  ) {
    this.client = connection.spare(POP_S * 1_000 + commandTimeoutMs);
  }

  /** Resolves when it rings, when the time is over, or when the signal aborts. Rejects when nobody can listen. */
  wait(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.closed) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(wake);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      this.waiters.add(wake);
      if (this.listening) return;
      this.listening = true;
      this.listen().catch((error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
        this.wakeAll();
      });
    });
  }

  private async listen(): Promise<void> {
    try {
      while (this.waiters.size > 0) {
        const popped = await this.client.blpop([...this.bells], POP_S);
        if (popped) await this.rang(popped[0]);
      }
    } catch (error) {
      if (!this.closed) throw error;
    } finally {
      this.listening = false;
    }
  }

  private async rang(bell: string): Promise<void> {
    const [wake] = this.waiters;
    if (wake) wake();
    else await this.connection.command('rpush', bell, '1');
  }

  private wakeAll(): void {
    for (const wake of [...this.waiters]) wake();
  }

  close(): void {
    this.closed = true;
    this.wakeAll();
    this.client.disconnect();
  }
}
