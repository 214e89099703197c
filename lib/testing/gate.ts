import type { Turn, TurnAnswer } from '../engine/consumer.port.js';
import type { JobEngine } from '../engine/engine.port.js';

/** While it is closed nothing is claimed; what runs goes on and is settled. */
export class Gate {
  private isOpen = false;
  private readonly waiting = new Set<() => void>();

  open(): void {
    this.isOpen = true;
    for (const go of [...this.waiting]) go();
  }

  close(): void {
    this.isOpen = false;
  }

  /** The engine as a worker sees it through the gate. */
  guard(engine: JobEngine): JobEngine {
    const turn = (asked: Turn): Promise<TurnAnswer> =>
      engine.turn(this.isOpen ? asked : { ...asked, slots: 0, demand: [] });
    const waitForWork: JobEngine['waitForWork'] = async (queue, worker, types, timeoutMs, signal) =>
      this.isOpen ? engine.waitForWork(queue, worker, types, timeoutMs, signal) : this.opened(signal);
    return Object.assign(Object.create(engine) as JobEngine, { turn, waitForWork });
  }

  private opened(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const go = (): void => {
        this.waiting.delete(go);
        signal.removeEventListener('abort', go);
        resolve();
      };
      if (signal.aborted) return resolve();
      this.waiting.add(go);
      signal.addEventListener('abort', go);
    });
  }
}
