import type { RedisClient } from '../connection/redis-client.js';
import type { RedisConnection } from '../connection/redis-connection.js';

/** A pop is asked for anew after so long, so that one whose reply was lost is soon forgotten. */
const POP_S = 5;
/** A token for what was sent from here is kept for so long: the worker that was woken for it looks meanwhile. */
const HELD_MS = 20;
/** As long as the scripts keep a bell that nobody answers. */
const TOKEN_MS = 60_000;

interface Waiter {
  readonly bells: ReadonlySet<string>;
  readonly wake: () => void;
}

/**
 * Listens at the bells of a queue on a connection of its own, for as long as anybody waits. Each token wakes one of those who
 * wait for its bell. One that nobody here wants is put back for other processes, and its bell left alone until somebody does.
 */
export class RedisListener {
  private readonly client: RedisClient;
  private readonly waiters = new Set<Waiter>();
  /** Every bell that somebody ever waited for: one that is wanted only now and then is not worth a new pop each time. */
  private readonly bells = new Set<string>();
  /** Those that are left to other processes. */
  private readonly left = new Set<string>();
  /** Bells that were rung here, and whose tokens are still to come. */
  private readonly rungHere = new Set<string>();
  /** Bells of which such a token came and nobody has looked since. */
  private readonly held = new Set<string>();
  private popping: ReadonlySet<string> | undefined;
  private listening = false;
  private closed = false;

  /** @param nudge a key of this process alone: what is pushed there ends a pop that listens at too few bells */
  constructor(
    private readonly connection: RedisConnection,
    private readonly nudge: string,
    commandTimeoutMs: number,
  ) {
    this.client = connection.spare(POP_S * 1_000 + commandTimeoutMs);
  }

  /** Resolves when one of the bells rings, when the time is over, or when the signal aborts. Rejects when nobody can listen. */
  wait(bells: ReadonlySet<string>, timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (this.closed || this.takeHeld(bells)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        this.waiters.delete(waiter);
      };
      const wake = (): void => {
        leave();
        resolve();
      };
      const waiter: Waiter = { bells, wake };
      const timer = setTimeout(wake, timeoutMs);
      signal.addEventListener('abort', wake, { once: true });
      this.waiters.add(waiter);
      this.want(bells);
      if (this.listening) return;
      this.listening = true;
      this.listen().catch((error: unknown) => {
        leave();
        reject(error instanceof Error ? error : new Error(String(error)));
        this.wakeAll();
      });
    });
  }

  private want(bells: ReadonlySet<string>): void {
    let isNew = false;
    for (const bell of bells) {
      this.bells.add(bell);
      this.left.delete(bell);
      if (this.popping && !this.popping.has(bell)) isNew = true;
    }
    if (isNew) this.endPop();
  }

  /** At worst the pop ends by itself. */
  private endPop(): void {
    this.popping = undefined;
    this.push(this.nudge).catch(() => undefined);
  }

  private async listen(): Promise<void> {
    try {
      while (this.waiters.size > 0) {
        const bells = [...this.bells].filter((bell) => !this.left.has(bell));
        this.popping = new Set(bells);
        const popped = await this.client.blpop([this.nudge, ...bells], POP_S);
        if (popped && popped[0] !== this.nudge) await this.rang(popped[0]);
      }
    } catch (error) {
      if (!this.closed) throw error;
    } finally {
      this.popping = undefined;
      this.listening = false;
    }
  }

  /** A job of this process makes it ring: whoever waits for it here is woken now, and need not be by the token. */
  ringHere(bell: string): void {
    if (this.wakeOne(bell)) this.rungHere.add(bell);
  }

  /** Somebody here looks for what waits behind these bells: tokens that came before have nothing more to tell. */
  looked(bells: Iterable<string>): void {
    if (this.held.size === 0) return;
    for (const bell of bells) this.held.delete(bell);
  }

  private takeHeld(bells: ReadonlySet<string>): boolean {
    for (const bell of this.held) if (bells.has(bell)) return this.held.delete(bell);
    return false;
  }

  /** @returns whether somebody here waited for it */
  private wakeOne(bell: string): boolean {
    for (const { bells, wake } of this.waiters) {
      if (!bells.has(bell)) continue;
      wake();
      return true;
    }
    return false;
  }

  private async rang(bell: string): Promise<void> {
    if (this.wakeOne(bell)) return;
    if (!this.rungHere.delete(bell)) return this.putBack(bell);
    this.held.add(bell);
    const putBack = (): void => {
      // At worst a poll finds what it was for.
      if (this.held.delete(bell) && !this.closed) this.putBack(bell).catch(() => undefined);
    };
    setTimeout(putBack, HELD_MS).unref();
  }

  private putBack(bell: string): Promise<void> {
    this.left.add(bell);
    return this.push(bell);
  }

  private async push(key: string): Promise<void> {
    await this.connection.command('rpush', key, '1');
    await this.connection.command('pexpire', key, TOKEN_MS);
  }

  private wakeAll(): void {
    for (const { wake } of [...this.waiters]) wake();
  }

  close(): void {
    this.closed = true;
    this.wakeAll();
    this.client.disconnect();
  }
}
