import type { RedisClient } from '../connection/redis-client.js';
import type { RedisConnection } from '../connection/redis-connection.js';

/** A pop is asked for anew after so long, so that one whose reply was lost is soon forgotten. */
const POP_S = 5;
/** Whoever was woken here in place of a token looks within so long; else a token tells others. */
const LOOK_MS = 20;
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
  /** Bells of which a token was saved, until somebody here looks. */
  private readonly unseen = new Map<string, object>();
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
    if (this.closed || this.takeUnseen(bells)) return Promise.resolve();
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

  /** Wakes one who waits here for all of these bells. @returns whether there was one: a token of each can be saved then */
  wakeHere(bells: readonly string[]): boolean {
    for (const waiter of this.waiters) {
      if (!bells.every((bell) => waiter.bells.has(bell))) continue;
      waiter.wake();
      this.expectLook(bells);
      return true;
    }
    return false;
  }

  private expectLook(bells: readonly string[]): void {
    const promise = {};
    for (const bell of bells) this.unseen.set(bell, promise);
    const tellOthers = (): void => {
      for (const bell of bells) {
        if (this.unseen.get(bell) !== promise) continue;
        this.unseen.delete(bell);
        // At worst a poll finds what it was for.
        if (!this.closed) this.putBack(bell).catch(() => undefined);
      }
    };
    setTimeout(tellOthers, LOOK_MS).unref();
  }

  /** Somebody here looks for what waits behind these bells. */
  looked(bells: Iterable<string>): void {
    if (this.unseen.size === 0) return;
    for (const bell of bells) this.unseen.delete(bell);
  }

  private takeUnseen(bells: ReadonlySet<string>): boolean {
    for (const bell of this.unseen.keys()) if (bells.has(bell)) return this.unseen.delete(bell);
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
    if (!this.wakeOne(bell)) await this.putBack(bell);
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
