import type { CancelTimer, Clock } from '../core/clock.js';
import type { JobConsumer } from '../engine/consumer.port.js';
import type { EngineOutage } from './engine-outage.js';
import type { StoreClock } from '../core/store-clock.js';

/** A worker that stays full for so long leaves the bell to others. */
const FULL_MS = 50;

export interface WakeUpOptions {
  readonly engine: Pick<JobConsumer, 'waitForWork'>;
  readonly clock: Clock;
  readonly storeClock: StoreClock;
  readonly outage: EngineOutage;
  readonly queue: string;
  readonly worker: string;
  /** The longest silence: a poll stands behind the bell. */
  readonly pollMs: number;
  /** Whom to listen for at this moment. */
  readonly types: () => readonly { readonly type: string; readonly version: number }[];
  readonly ring: () => void;
  readonly isFull: () => boolean;
  /** The bell was left to others; whoever frees a slot should say so. */
  readonly left: () => void;
}

/** What wakes a lane that found nothing to do: the store's bell, the next due time, the poll. */
export class WakeUp {
  private listening: AbortController | undefined;
  private dueAt = Infinity;
  private fullSince = false;
  private cancelDue: CancelTimer | undefined;

  constructor(private readonly options: WakeUpOptions) {}

  listen(): void {
    if (this.listening) return;
    const { engine, clock, queue, worker, pollMs, outage, ring } = this.options;
    const types = this.options.types();
    if (types.length === 0) return;
    const listening = new AbortController();
    this.listening = listening;
    const heard = (): void => {
      if (this.listening !== listening) return;
      this.listening = undefined;
      ring();
    };
    engine.waitForWork(queue, worker, types, pollMs, listening.signal).then(heard, (error: unknown) => {
      if (this.listening === listening) clock.schedule(outage.failed(error), heard);
    });
  }

  /** Every slot is taken: whoever rings should wake somebody who has one free. */
  leaveWhenFull(): void {
    if (this.fullSince || !this.listening) return;
    this.fullSince = true;
    const look = (): void => {
      this.fullSince = false;
      if (!this.options.isFull()) return;
      this.hush();
      this.options.left();
    };
    this.options.clock.schedule(FULL_MS, look, { unref: true });
  }

  /** @param dueAt by the store's clock */
  expect(dueAt: number | undefined): void {
    const next = dueAt ?? Infinity;
    if (next === this.dueAt) return;
    this.cancelDue?.();
    this.dueAt = next;
    if (next === Infinity) return;
    this.cancelDue = this.options.clock.schedule(Math.max(1, next - this.options.storeClock.now()), () => {
      this.dueAt = Infinity;
      this.options.ring();
    });
  }

  private hush(): void {
    this.listening?.abort();
    this.listening = undefined;
  }

  stop(): void {
    this.hush();
    this.cancelDue?.();
    this.dueAt = Infinity;
  }
}
