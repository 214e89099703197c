import type { Clock } from '../../core/clock.js';

interface IdleWorker {
  types: Set<string>;
  /** Somebody rang since its last turn. */
  rung: boolean;
  readonly waiters: Set<() => void>;
}

/** Wakes workers that looked and found nothing. */
export class MemoryBell {
  private readonly idle = new Map<string, IdleWorker>();

  /** The worker looks now, so what rang before is answered. */
  looks(worker: string): void {
    const known = this.idle.get(worker);
    if (!known) return;
    known.rung = false;
    if (known.waiters.size === 0) this.idle.delete(worker);
  }

  /** The worker has free slots and found nothing more for them. */
  foundNothing(worker: string, types: Iterable<string>): void {
    this.known(worker).types = new Set(types);
  }

  leaves(worker: string): void {
    for (const wake of this.idle.get(worker)?.waiters ?? []) wake();
    this.idle.delete(worker);
  }

  /** Rings at one idle worker that takes the type and has not been rung at; rather at one that waits than at one that is about to. */
  ring(type: string): void {
    let chosen: IdleWorker | undefined;
    for (const worker of this.idle.values()) {
      if (worker.rung || !worker.types.has(type)) continue;
      chosen ??= worker;
      if (worker.waiters.size === 0) continue;
      chosen = worker;
      break;
    }
    if (!chosen) return;
    chosen.rung = true;
    for (const wake of [...chosen.waiters]) wake();
  }

  /** Resolves when it rings, rang since the last look, the time is over or the signal aborts. `pending` learns how to end it early. */
  wait(
    worker: string,
    types: readonly string[],
    clock: Clock,
    timeoutMs: number,
    signal: AbortSignal,
    pending: Set<() => void>,
  ): Promise<void> {
    const known = this.known(worker);
    for (const type of types) known.types.add(type);
    if (known.rung || signal.aborted) {
      known.rung = false;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      const wake = (): void => {
        known.waiters.delete(wake);
        pending.delete(wake);
        cancelTimer();
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const cancelTimer = clock.schedule(timeoutMs, wake);
      signal.addEventListener('abort', wake, { once: true });
      known.waiters.add(wake);
      pending.add(wake);
    });
  }

  private known(worker: string): IdleWorker {
    let known = this.idle.get(worker);
    if (!known) this.idle.set(worker, (known = { types: new Set(), rung: false, waiters: new Set() }));
    return known;
  }
}
