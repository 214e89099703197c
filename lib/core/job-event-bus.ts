import { isPromise } from './is-promise.js';
import type { JobEvent, JobEventOfType, JobEventType } from './job-event.js';

type Listener = (event: JobEvent) => unknown;

/** Told of each job that starts for the first time, maybe tens of thousands a second, without an event being made. Never throws. */
export type StartTally = (queue: string, name: string, waitedMs: number) => void;

/** Publish and subscribe within a process. A listener that throws or rejects hurts nobody; it is reported and called again. */
export class JobEventBus {
  private readonly listeners = new Set<Listener>();
  private readonly tallies = new Set<StartTally>();
  private readonly listenersByType = new Map<JobEventType, Set<Listener>>();

  constructor(private readonly onListenerError: (error: unknown, event: JobEvent) => void) {}

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  on<T extends JobEventType>(type: T, listener: (event: JobEventOfType<T>) => unknown): () => void {
    const ofType = this.listenersByType.get(type) ?? new Set<Listener>();
    this.listenersByType.set(type, ofType.add(listener as Listener));
    return () => ofType.delete(listener as Listener);
  }

  tally(listener: StartTally): () => void {
    this.tallies.add(listener);
    return () => this.tallies.delete(listener);
  }

  countStart(queue: string, name: string, waitedMs: number): void {
    for (const listener of this.tallies) listener(queue, name, waitedMs);
  }

  emit(event: JobEvent): void {
    for (const listener of this.listeners) this.tell(listener, event);
    for (const listener of this.listenersByType.get(event.type) ?? []) this.tell(listener, event);
  }

  /** So that a hot path can skip making an event that nobody would see. */
  wants(type: JobEventType): boolean {
    return this.listeners.size > 0 || (this.listenersByType.get(type)?.size ?? 0) > 0;
  }

  get hasListeners(): boolean {
    return this.listeners.size > 0 || [...this.listenersByType.values()].some((ofType) => ofType.size > 0);
  }

  private tell(listener: Listener, event: JobEvent): void {
    try {
      const returned = listener(event);
      if (isPromise(returned)) returned.then(undefined, (error: unknown) => this.onListenerError(error, event));
    } catch (error) {
      this.onListenerError(error, event);
    }
  }
}
