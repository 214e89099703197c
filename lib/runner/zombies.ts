import type { RunningAttempt } from './running-attempt.js';
import { soon } from './soon.js';

interface Zombie {
  readonly attempt: RunningAttempt;
  readonly since: number;
  reported: boolean;
}

/**
 * Handlers that run on although their attempt is over: after a timeout, a cancellation, a lost lease or a shutdown. Their slots
 * are free; what they still do is out of anybody's control, so they are counted, named, and never doubled.
 */
export class Zombies {
  private readonly byJob = new Map<string, Zombie>();
  private readonly countByType = new Map<string, number>();

  constructor(
    private readonly monotonic: () => number,
    private readonly report: (attempt: RunningAttempt, ended: boolean, zombies: number) => void,
    private readonly onEnded: () => void,
  ) {}

  get count(): number {
    return this.byJob.size;
  }

  countOf(type: string): number {
    return this.countByType.get(type) ?? 0;
  }

  /** For how long the job's handler has been overstaying; `undefined` when it is not. */
  ageOf(jobId: string): number | undefined {
    const zombie = this.byJob.get(jobId);
    return zombie && this.monotonic() - zombie.since;
  }

  add(attempt: RunningAttempt): void {
    this.byJob.set(attempt.job.id, { attempt, since: this.monotonic(), reported: false });
    this.countByType.set(attempt.job.type, this.countOf(attempt.job.type) + 1);
    // Most handlers obey their signal within a moment and are not worth a word.
    soon(() => this.reportIfStillRunning(attempt));
  }

  private reportIfStillRunning(attempt: RunningAttempt): void {
    const zombie = this.byJob.get(attempt.job.id);
    if (!zombie || zombie.attempt !== attempt) return;
    zombie.reported = true;
    this.report(attempt, false, this.count);
  }

  ended(attempt: RunningAttempt): void {
    const zombie = this.byJob.get(attempt.job.id);
    if (!zombie || zombie.attempt !== attempt) return;
    this.byJob.delete(attempt.job.id);
    this.countByType.set(attempt.job.type, this.countOf(attempt.job.type) - 1);
    if (zombie.reported) this.report(attempt, true, this.count);
    this.onEnded();
  }
}
