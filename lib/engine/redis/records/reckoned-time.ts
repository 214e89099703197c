/** As long as no store has answered: a script puts its own time in this place. */
const UNKNOWN = '0'.repeat(13);

/**
 * The store's time as of its last answer, carried on by a clock that nobody sets. A text that holds it need not be put together
 * in the store, which believes it only while it is at most a second behind its own clock.
 */
export class ReckonedTime {
  private ahead = NaN;

  /** @param before where to look as long as nothing is known here */
  constructor(private readonly before?: ReckonedTime) {}

  /** @param storeTime milliseconds, as an answer that just arrived tells it */
  answered(storeTime: number): void {
    this.ahead = storeTime - performance.now();
  }

  /** Milliseconds since the epoch in 13 digits; never ahead of the clock of the store that answered. */
  now(): string {
    if (!Number.isNaN(this.ahead)) return String(Math.floor(this.ahead + performance.now()));
    return this.before?.now() ?? UNKNOWN;
  }
}

/** The time of each queue: those of a Cluster are on nodes with clocks of their own. */
export class ReckonedTimes {
  /** Of whoever answered when there was no queue yet. */
  readonly first = new ReckonedTime();
  private readonly byQueue = new Map<string, ReckonedTime>();

  of(queue: string): ReckonedTime {
    let time = this.byQueue.get(queue);
    if (!time) this.byQueue.set(queue, (time = new ReckonedTime(this.first)));
    return time;
  }
}
