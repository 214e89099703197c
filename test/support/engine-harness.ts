import type { JobEngine } from '../../lib/engine/engine.port.js';

/** A store of its own, empty at first, with two clients on it. */
export interface EngineHarness {
  readonly engine: JobEngine;
  /** Another client of the same store. */
  readonly second: JobEngine;
  /** Lets at least `ms` go by on the store's clock: moves a manual clock, or waits where the clock is real. */
  elapse(ms: number): Promise<void>;
  close(): Promise<void>;
}

export type CreateHarness = () => Promise<EngineHarness>;
