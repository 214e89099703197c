import type { WorkerAnnouncement } from '../../engine/consumer.port.js';

/**
 * What works off the jobs, over all processes.
 *
 * @example
 * const isFull = ({ workers, freeSlots }: WorkforceMetrics): boolean => workers > 0 && freeSlots === 0;
 * @publicApi
 */
export interface WorkforceMetrics {
  /** Whose lease lives. */
  readonly workers: number;
  readonly draining: number;
  readonly slots: number;
  /** Of workers that are not draining, as of their last beat. */
  readonly freeSlots: number;
  readonly running: number;
  readonly zombies: number;
  /** Milliseconds, the worst of all workers as of their last beat: how late the event loop was at most in the 5 s before. */
  readonly eventLoopLagMs?: number;
  /** Milliseconds that the store took for a command, the worst of all workers as of their last beat. */
  readonly storeLatencyMs?: number;
}

export function workforceOf(byQueue: readonly (readonly WorkerAnnouncement[])[]): WorkforceMetrics {
  const workers = [...new Map(byQueue.flat().map((each) => [each.worker, each])).values()];
  const sum = (pick: (worker: WorkerAnnouncement) => number): number =>
    workers.reduce((total, worker) => total + pick(worker), 0);
  const worst = (values: readonly (number | undefined)[]): number | undefined => {
    const known = values.filter((value) => value !== undefined);
    return known.length === 0 ? undefined : Math.max(...known);
  };
  return {
    workers: workers.length,
    draining: workers.filter(({ state }) => state === 'draining').length,
    slots: sum(({ slots }) => slots),
    freeSlots: sum(({ state, slots, running }) => (state === 'running' ? Math.max(0, slots - running) : 0)),
    running: sum(({ running }) => running),
    zombies: sum(({ zombies }) => zombies),
    eventLoopLagMs: worst(workers.map(({ vitals }) => vitals?.eventLoopLagMs)),
    storeLatencyMs: worst(workers.map(({ vitals }) => vitals?.storeLatencyMs)),
  };
}
