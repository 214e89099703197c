import { EngineTimeoutError, EngineUnavailableError } from '../../engine.errors.js';

interface Held {
  readonly enter: () => void;
  readonly turnAway: (error: Error) => void;
}

/** Lets only so many operations of one queue be under way at once. */
export class OperationGate {
  private underWay = 0;
  private readonly held: Held[] = [];

  /** @param what is done, for the errors of those that are turned away */
  constructor(
    private readonly what: string,
    private readonly mostUnderWay: number,
  ) {}

  get idle(): boolean {
    return this.underWay === 0;
  }

  async through<T>(operation: () => Promise<T>): Promise<T> {
    if (this.underWay < this.mostUnderWay) this.underWay++;
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
      const reason = `${this.what}: Redis did not answer what was asked before (${cause.message}); nothing of this was sent`;
      turnAway(new EngineUnavailableError(reason, { cause }));
    }
  }
}
