import { formatJobId, type JobRef } from '../core/job-id.js';
import type { RunningAttempt } from './running-attempt.js';

/** What a lane believes to own: from the turn that claimed an attempt until the store knows of its end. */
export class HeldAttempts {
  private readonly byId = new Map<string, RunningAttempt>();
  private highestToken = 0;

  get all(): readonly RunningAttempt[] {
    return [...this.byId.values()];
  }

  /** The highest fencing token that ever arrived. */
  get lastToken(): number {
    return this.highestToken;
  }

  add(attempt: RunningAttempt): void {
    const { id, fencingToken } = attempt.job;
    // The store took it back from an attempt of this very worker and gave it out again; that one is told now rather than by the next beat.
    this.byId.get(id)?.loseLease();
    this.byId.set(id, attempt);
    this.highestToken = Math.max(this.highestToken, fencingToken);
  }

  /** A later attempt of the same job stays. */
  forget(attempt: RunningAttempt): void {
    if (this.byId.get(attempt.job.id) === attempt) this.byId.delete(attempt.job.id);
  }

  cancel(ref: JobRef): void {
    this.byId.get(formatJobId(ref))?.cancel();
  }

  stop(reason: Error): void {
    for (const attempt of this.byId.values()) attempt.stop(reason);
  }

  giveBack(): void {
    for (const attempt of this.all) attempt.giveBack();
  }
}
