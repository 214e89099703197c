import type { CancelTimer, Clock } from '../core/clock.js';
import type { HeartbeatAnswer, JobConsumer, WorkerAnnouncement } from '../engine/consumer.port.js';
import type { EngineOutage } from './engine-outage.js';
import type { RunningAttempt } from './running-attempt.js';

export interface LeaseKeeperOptions {
  readonly engine: Pick<JobConsumer, 'heartbeat'>;
  readonly clock: Clock;
  readonly monotonic: () => number;
  readonly queue: string;
  readonly leaseMs: number;
  readonly outage: EngineOutage;
  announcement(): WorkerAnnouncement;
  /** Every attempt that the worker believes to own. */
  held(): readonly RunningAttempt[];
  /** See `Heartbeat.knownToken`. */
  knownToken(): number;
  /** @param wasStale the lease may have run out meanwhile, so nothing was claimed */
  renewed(answer: HeartbeatAnswer, wasStale: boolean): void;
}

/** Renews the worker's lease on one queue, and hears from the answer what it has lost. */
export class LeaseKeeper {
  private renewedAt = -Infinity;
  private beating: Promise<boolean> | undefined;
  private cancelNext: CancelTimer | undefined;
  private stopped = false;

  constructor(private readonly options: LeaseKeeperOptions) {}

  /**
   * Whether the lease surely lives. While it does not (the store was away, the event loop was blocked) nothing may be claimed
   * under it and nobody swept: both would hurt this worker's own jobs.
   */
  get fresh(): boolean {
    return this.options.monotonic() - this.renewedAt < this.options.leaseMs * (2 / 3);
  }

  /** Now; a beat that is under way is waited for. @returns whether the store answered */
  beat(): Promise<boolean> {
    this.beating ??= this.send().finally(() => (this.beating = undefined));
    return this.beating;
  }

  /** What an earlier beat could not tell yet is told by one more. */
  async beatAnew(): Promise<boolean> {
    await this.beating;
    return this.beat();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelNext?.();
    await this.beating;
  }

  private async send(): Promise<boolean> {
    const { engine, clock, monotonic, queue, leaseMs, outage } = this.options;
    this.cancelNext?.();
    const sentAt = monotonic();
    const attempts = this.options.held();
    let nextMs = leaseMs / 3;
    let answered = false;
    try {
      const announcement = this.options.announcement();
      const answer = await engine.heartbeat({
        queue,
        announcement,
        leaseMs,
        held: attempts.map(({ held }) => held),
        knownToken: this.options.knownToken(),
      });
      answered = true;
      const wasStale = !this.fresh;
      this.renewedAt = sentAt;
      outage.answered();
      for (const index of answer.lost) attempts[index]?.loseLease();
      for (const index of answer.cancelRequested) attempts[index]?.cancel();
      this.options.renewed(answer, wasStale);
    } catch (error) {
      nextMs = Math.min(nextMs, outage.failed(error));
    }
    if (!this.stopped) this.cancelNext = clock.schedule(nextMs, () => void this.beat());
    return answered;
  }
}
