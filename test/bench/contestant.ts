import type { Order } from './order.js';

/** Where a contestant keeps its jobs, and what is done with each: the same for both. */
export interface Stage {
  readonly url: string;
  /** Under it there is nothing yet. */
  readonly prefix: string;
  readonly concurrency: number;
  /** The whole of the handler's work. */
  readonly handle: (order: Order) => void;
}

/** What looks after the jobs beside those that work. */
export interface Monitors {
  /** Nothing is counted or looked at any more. */
  end(): Promise<void>;
}

/** One library with its queue open: its connections are up, its worker stands by and claims nothing. */
export interface Contest {
  /** Where it has any. */
  readonly monitors?: Monitors;
  enqueue(order: Order): Promise<unknown>;
  /** In one call. */
  enqueueMany(orders: readonly Order[]): Promise<unknown>;
  /** Lets the worker begin. */
  start(): Promise<void>;
  /** Resolves when everything that runs is settled in the store. It can be started again. */
  stop(): Promise<void>;
  /** Jobs that the store still holds in whatever state but completed. */
  left(): Promise<number>;
  close(): Promise<void>;
}

export interface Contestant {
  /** What it was given, for the reader of the figures. */
  describe(stage: Stage): readonly string[];
  open(stage: Stage): Promise<Contest>;
}

export const CONTESTANTS = ['vigil', 'bullmq'] as const;

export type ContestantName = (typeof CONTESTANTS)[number];
