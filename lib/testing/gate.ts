import type { Turn, TurnAnswer } from '../engine/consumer.port.js';
import type { JobEngine } from '../engine/engine.port.js';

/** While it is closed nothing is claimed; what runs goes on and is settled. */
export class Gate {
  private isOpen = false;
  private readonly waiting = new Set<() => void>();
  private readonly dueAt = new Map<string, number | undefined>();

  /** When, by the last turns, something becomes due or a rate limit lets something through; absent when nothing is known. */
  get nextDueAt(): number | undefined {
    const known = [...this.dueAt.values()].filter((at) => at !== undefined);
    return known.length === 0 ? undefined : Math.min(...known);
  }

  open(): void {
    this.isOpen = true;
    for (const go of [...this.waiting]) go();
  }

  close(): void {
    this.isOpen = false;
  }

  /** The engine as a worker sees it through the gate. */
  guard(engine: JobEngine): JobEngine {
    const turn = async (asked: Turn): Promise<TurnAnswer> => {
      const answer = await engine.turn(this.isOpen ? asked : { ...asked, slots: 0, demand: [] });
      this.dueAt.set(asked.queue, answer.nextDueAt);
      return answer;
    };
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
