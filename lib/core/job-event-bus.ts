import type { JobEvent, JobEventOfType, JobEventType } from './job-event.js';

type Listener = (event: JobEvent) => unknown;

/** Publish and subscribe within a process. A listener that throws or rejects hurts nobody; it is reported and called again. */
export class JobEventBus {
  private readonly listeners = new Set<Listener>();

  constructor(private readonly onListenerError: (error: unknown, event: JobEvent) => void) {}

  subscribe(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  on<T extends JobEventType>(type: T, listener: (event: JobEventOfType<T>) => unknown): () => void {
    return this.subscribe((event) => (event.type === type ? listener(event as JobEventOfType<T>) : undefined));
  }

  emit(event: JobEvent): void {
    for (const listener of this.listeners) {
      try {
        const returned = listener(event);
        if (returned instanceof Promise) returned.catch((error: unknown) => this.onListenerError(error, event));
      } catch (error) {
        this.onListenerError(error, event);
      }
    }
  }

  /** So that a hot path can skip making an event that nobody would see. */
  get hasListeners(): boolean {
    return this.listeners.size > 0;
  }
}
