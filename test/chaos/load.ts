import { eventually } from '../support/eventually.js';
import type { HistoryTail } from './history/history-tail.js';
import type { Producer, SendOptions } from './producer.js';
import type { Deed } from './workers/deeds.js';

export type LoadDeed = Omit<Deed, 'n'>;

export interface LoadOptions extends SendOptions {
  readonly deed: () => LoadDeed;
  /** Producing rests while so many accepted jobs have not been done. */
  readonly backlog: number;
  /** Calls at once. Default 1. */
  readonly lines?: number;
}

const PATIENCE_MS = 120_000;

/** Jobs that are enqueued as long as a scenario lasts. */
export class Load {
  private over = false;
  private readonly lines: Promise<unknown>;

  constructor(
    private readonly producer: Producer,
    private readonly history: HistoryTail,
    private readonly options: LoadOptions,
  ) {
    this.lines = Promise.all(Array.from({ length: options.lines ?? 1 }, () => this.line()));
    // Whoever stops it hears of it.
    this.lines.catch(() => undefined);
  }

  async stop(): Promise<void> {
    this.over = true;
    await this.lines;
  }

  private async line(): Promise<void> {
    const { deed, backlog, lines: _, ...options } = this.options;
    const room = (): boolean => this.history.count('accepted') - this.history.doneJobs < backlog;
    while (!this.over) {
      await eventually(() => this.over || room(), { timeout: PATIENCE_MS, message: 'the backlog shrinks' });
      if (!this.over) await this.producer.send(deed(), options);
    }
  }
}
