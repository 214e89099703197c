import type { MessageEvent, OnModuleDestroy } from '@nestjs/common';
import { Observable, type Subscriber } from 'rxjs';
import type { CancelTimer, Clock } from '../../core/clock.js';
import { problemOf, type Cleaner } from '../problems/problem-details.js';

/** Whoever listens, by the connection it has. */
export interface LiveClient {
  /** What answers are sent over one after the other; of two, the second would not be taken before the first has ended. */
  readonly connection: object;
  /** Bytes that it has not taken yet. */
  pending(): number;
  /** Cuts the connection. */
  drop(): void;
}

export interface LiveParts {
  /** What there is to tell: the same from every instance, because it is read from the store. */
  readonly read: () => Promise<object>;
  readonly clock: Clock;
  readonly view: Cleaner;
}

interface Listener {
  readonly client: LiveClient;
  readonly out: Subscriber<MessageEvent>;
  readonly since: number;
  /** Looks in a row for which it had not taken what it was told before. */
  behind: number;
}

export const LIVE_EVERY_MS = 2_000;
export const MOST_LISTENERS = 100;
/** Then it is dropped; it comes back when it can. */
const MOST_BEHIND = 15;
/** Whoever listens on asks anew, and is let in anew: rights may have changed. */
const LONGEST_MS = 15 * 60_000;
const RETRY_MS = 3_000;

/**
 * Tells everybody who listens how things stand, whole each time: what one misses is in the next. The store is read once for all of
 * them, and not at all when nobody listens. Whoever does not take what it is told is told nothing more, so nothing piles up.
 */
export class LiveFeed implements OnModuleDestroy {
  private readonly listeners = new Set<Listener>();
  private cancelLook: CancelTimer | undefined;
  private reading: Promise<object> | undefined;
  private isClosed = false;

  constructor(private readonly parts: LiveParts) {}

  get isFull(): boolean {
    return this.listeners.size >= MOST_LISTENERS;
  }

  isHeardOver(connection: object): boolean {
    return [...this.listeners].some(({ client }) => client.connection === connection);
  }

  listen(client: LiveClient): Observable<MessageEvent> {
    return new Observable((out) => {
      // Others may have come between the question and now.
      if (this.isClosed || this.isFull || this.isHeardOver(client.connection)) return out.complete();
      const listener: Listener = { client, out, since: this.parts.clock.now(), behind: 0 };
      this.listeners.add(listener);
      void this.look([listener], RETRY_MS);
      this.cancelLook ??= this.lookLater();
      return () => this.listeners.delete(listener);
    });
  }

  /** An open answer would keep the server from closing. */
  onModuleDestroy(): void {
    this.isClosed = true;
    this.cancelLook?.();
    for (const listener of this.listeners) this.end(listener);
  }

  private lookLater(): CancelTimer {
    return this.parts.clock.schedule(
      LIVE_EVERY_MS,
      () => {
        this.cancelLook = undefined;
        const ready = [...this.listeners].filter((listener) => this.isReady(listener));
        if (this.listeners.size === 0) return;
        void this.look(ready).then(() => {
          if (!this.isClosed) this.cancelLook ??= this.lookLater();
        });
      },
      { unref: true },
    );
  }

  private isReady(listener: Listener): boolean {
    listener.behind = listener.client.pending() > 0 ? listener.behind + 1 : 0;
    const isOver = listener.behind >= MOST_BEHIND || this.parts.clock.now() - listener.since >= LONGEST_MS;
    if (isOver) this.end(listener);
    return !isOver && listener.behind === 0;
  }

  /** Never rejects: while the store is away, that is what there is to tell. */
  private async look(listeners: readonly Listener[], retry?: number): Promise<void> {
    if (listeners.length === 0) return;
    let message: MessageEvent;
    try {
      message = { type: 'overview', data: await this.read() };
    } catch (error) {
      message = { type: 'problem', data: problemOf(error, this.parts.view) };
    }
    for (const { out } of listeners) out.next({ ...message, ...(retry !== undefined && { retry }) });
  }

  /** Many come at once after a deploy. */
  private read(): Promise<object> {
    this.reading ??= this.parts.read().finally(() => (this.reading = undefined));
    return this.reading;
  }

  private end({ client, out }: Listener): void {
    out.complete();
    // What is not taken holds the connection; and an idle one, kept for more, holds a server that closes for seconds.
    if (this.isClosed || client.pending() > 0) client.drop();
  }
}
