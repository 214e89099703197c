import { EngineTimeoutError, EngineUnavailableError } from '../engine.errors.js';

/**
 * Fewer than the ring has places, enqueues included. What is sent twice because its answer was lost must find that answer
 * there, and not the one of an operation that has taken its place since.
 */
const MOST_UNDER_WAY = 512;

interface Held {
  readonly enter: () => void;
  readonly turnAway: (error: Error) => void;
}

/** Lets only so many operations of one queue be under way at once. */
export class OperationGate {
  private underWay = 0;
  private readonly held: Held[] = [];

  async through<T>(operation: () => Promise<T>): Promise<T> {
    if (this.underWay < MOST_UNDER_WAY) this.underWay++;
    else await new Promise<void>((enter, turnAway) => this.held.push({ enter, turnAway }));
    try {
      return await operation();
    } catch (error) {
      if (error instanceof EngineTimeoutError || error instanceof EngineUnavailableError) this.turnAwayHeld(error);
      throw error;
    } finally {
      const next = this.held.shift();
      if (next) next.enter();
      else this.underWay--;
    }
  }

  /** Those under way took all the time that anybody is to wait. */
  private turnAwayHeld(cause: Error): void {
    for (const { turnAway } of this.held.splice(0)) {
      const reason = `Redis did not answer what was asked before (${cause.message}); nothing of this was sent`;
      turnAway(new EngineUnavailableError(reason, { cause }));
    }
  }
}
