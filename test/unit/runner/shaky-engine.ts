import type { JobEngine } from '../../../lib/engine/engine.port.js';
import type { Turn } from '../../../lib/engine/consumer.port.js';
import { EngineTimeoutError, EngineUnavailableError } from '../../../lib/engine/engine.errors.js';

type Method = Exclude<keyof JobEngine, 'open' | 'close'>;

/** An engine that loses requests or replies when a test says so. */
export class Shaky {
  readonly calls: Method[] = [];
  readonly turns: Turn[] = [];
  readonly engine: JobEngine;
  private readonly delays = new Map<Method, Promise<void>>();
  private readonly held = new Map<Method, (() => void)[]>();
  private readonly faults = new Map<Method, { left: number; after: boolean }>();

  constructor(sound: JobEngine) {
    this.engine = new Proxy(sound, {
      get: (target, method: Method) => {
        const call = Reflect.get(target, method) as (...args: unknown[]) => Promise<unknown>;
        if (typeof call !== 'function') return call;
        return (...args: unknown[]) => {
          if (method === 'turn') this.turns.push(args[0] as Turn);
          return this.call(method, () => call(...args));
        };
      },
    });
  }

  /** The next calls do not reach the store. */
  loseRequests(method: Method, times = Infinity): void {
    this.faults.set(method, { left: times, after: false });
  }

  /** The store does what it was asked for, and the caller does not hear of it. */
  loseReplies(method: Method, times = Infinity): void {
    this.faults.set(method, { left: times, after: true });
  }

  /** Replies of the method wait until the returned function is called. */
  delayReplies(method: Method): () => void {
    let release = (): void => undefined;
    this.delays.set(method, new Promise((resolve) => (release = resolve)));
    return () => {
      this.delays.delete(method);
      release();
    };
  }

  /** Replies of the method are held back until all heals; each call of the returned function lets the oldest one through. */
  holdReplies(method: Method): () => void {
    const held: (() => void)[] = [];
    this.held.set(method, held);
    return () => held.shift()?.();
  }

  heal(): void {
    this.faults.clear();
    const held = [...this.held.values()].flat();
    this.held.clear();
    for (const release of held) release();
  }

  count(method: Method): number {
    return this.calls.filter((call) => call === method).length;
  }

  private async call(method: Method, run: () => Promise<unknown>): Promise<unknown> {
    this.calls.push(method);
    const fault = this.faults.get(method);
    if (!fault || fault.left-- <= 0) {
      const answer = await run();
      await this.delays.get(method);
      const held = this.held.get(method);
      if (held) await new Promise<void>((resolve) => held.push(resolve));
      return answer;
    }
    if (!fault.after) throw new EngineUnavailableError('connection refused');
    await run();
    throw new EngineTimeoutError('no answer');
  }
}
