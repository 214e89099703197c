import type { Settlement, SettleStatus } from '../../../lib/engine/consumer.port.js';

/**
 * What somebody saw, written down outside of Redis by whoever saw it: producers, workers, handlers, and the field itself for what
 * it did to them.
 */
export type Happening =
  /** An enqueue is asked for; `call` numbers the calls, `n` the jobs, so that a repetition has the same `n`. */
  | { readonly what: 'asked'; readonly call: number; readonly n: number }
  | {
      readonly what: 'accepted';
      readonly call: number;
      readonly n: number;
      readonly id: string;
      readonly status: string;
    }
  /** Whether it was accepted is not known. */
  | { readonly what: 'unsure'; readonly call: number; readonly n: number; readonly id: string; readonly code: string }
  /** Nothing was done, as the error says. */
  | { readonly what: 'refused'; readonly call: number; readonly n: number; readonly id: string; readonly code: string }
  /** The store's answer to a claim arrived at a worker. */
  | {
      readonly what: 'claimed';
      readonly id: string;
      readonly life: number;
      readonly attempt: number;
      readonly token: number;
    }
  /** A handler began, and came to its end or threw. */
  | { readonly what: 'begun'; readonly id: string; readonly attempt: number; readonly token: number }
  | { readonly what: 'ended'; readonly id: string; readonly token: number; readonly error?: string }
  /** A worker told the store what became of an attempt, and the store's answer. */
  | { readonly what: 'settling'; readonly id: string; readonly token: number; readonly kind: Settlement['kind'] }
  | {
      readonly what: 'settled';
      readonly id: string;
      readonly token: number;
      readonly kind: Settlement['kind'];
      readonly status: SettleStatus;
    }
  /** The same of a step's result. */
  | { readonly what: 'recording'; readonly id: string; readonly token: number }
  | { readonly what: 'recorded'; readonly id: string; readonly token: number; readonly status: string }
  /** A call of a worker or a producer that took longer than `SLOW_MS`. */
  | { readonly what: 'slow'; readonly call: string; readonly ms: number }
  /** A worker could not reach its store. */
  | { readonly what: 'trouble'; readonly message: string }
  /** The machine was too busy to run this process for so long. */
  | { readonly what: 'starved'; readonly ms: number }
  /** A worker works, and renews a lease of this length. */
  | { readonly what: 'ready'; readonly leaseMs: number }
  /** What the field did: to a process, or to everybody. */
  | { readonly what: 'fault'; readonly fault: string; readonly phase: 'begin' | 'end'; readonly victim?: number }
  | { readonly what: 'exited'; readonly victim: number; readonly how: string };

export const SLOW_MS = 250;

/** When, by the clock that all processes of a machine share, and who. */
export type Entry = Happening & { readonly at: number; readonly pid: number };

export type EntryOf<W extends Happening['what']> = Extract<Entry, { what: W }>;

export function entriesOf<W extends Happening['what']>(
  entries: readonly Entry[],
  ...whats: readonly W[]
): EntryOf<W>[] {
  return entries.filter((entry): entry is EntryOf<W> => (whats as readonly string[]).includes(entry.what));
}

/** Milliseconds that never jump, the same in every process of this machine. */
export function machineNow(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
