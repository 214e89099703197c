/** What happened in one minute of the store's clock, by the names of `figure-names.ts`. */
export interface MinuteFigures {
  /** Minutes since the epoch. */
  readonly minute: number;
  readonly figures: ReadonlyMap<string, number>;
}

/** How much of a job type at one version is where, now. */
export interface LineDepth {
  readonly type: string;
  readonly version: number;
  readonly scheduled: number;
  readonly waiting: number;
  readonly active: number;
  readonly dead: number;
  /** Since the queue exists. */
  readonly accepted: number;
  /** Since when the job at the head has waited, at the earliest; absent when none waits. See `noteDepths`. */
  readonly waitingSince?: number;
  /** When the oldest of its dead letters was buried; absent when there is none. */
  readonly deadSince?: number;
}

export interface QueueDepths {
  /** The store's clock. */
  readonly at: number;
  readonly lines: readonly LineDepth[];
}

/** Whether somebody keeps a queue in order. */
export interface QueueUpkeep {
  /** The store's clock. */
  readonly at: number;
  /** When the first of the scheduled jobs is or was due. */
  readonly dueSince?: number;
  /** When the lease of a worker ran out that no sweep has forgotten yet. */
  readonly deadSince?: number;
  readonly livingWorkers: number;
}

/** Which batch of figures it is, of those that its source sends one after the other. */
export interface FigureBatch {
  readonly source: string;
  readonly seq: number;
}

/** Figures of the past, kept for 25 hours, and of this moment. */
export interface JobFigures {
  /** The store's clock. */
  storeTime(): Promise<number>;

  /** Those of the given minutes that have any. */
  minuteFigures(queue: string, minutes: readonly number[]): Promise<readonly MinuteFigures[]>;

  /** Adds what a process counted by itself to the store's present minute; the same batch once, until its source sends another. */
  addFigures(queue: string, figures: ReadonlyMap<string, number>, batch: FigureBatch): Promise<void>;

  depths(queue: string): Promise<QueueDepths>;

  upkeep(queue: string): Promise<QueueUpkeep>;

  /**
   * Writes the depths into the present minute, of which the last note counts, and remembers which lists are in use. A job has waited
   * since it was enqueued, but not for longer than its list has been in use by these notes: when it was delayed or retried, nothing
   * else tells since when it waits.
   */
  noteDepths(queue: string): Promise<void>;
}
