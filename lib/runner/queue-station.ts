import type { RegisteredJob } from '../core/job-registry.js';
import type { HeartbeatAnswer, WorkerAnnouncement } from '../engine/consumer.port.js';
import { LeaseKeeper } from './lease-keeper.js';
import { pause } from './pause.js';
import { QueueLane } from './queue-lane.js';
import type { SlotPool } from './slot-pool.js';
import { Sweeper } from './sweeper.js';
import type { WorkerEnvironment } from './worker-environment.js';
import { WORKER_DEFAULTS, type WorkerParts } from './worker.options.js';

export interface StationParts {
  readonly queue: string;
  readonly jobs: readonly RegisteredJob[];
  readonly pool: SlotPool;
  readonly env: WorkerEnvironment;
  readonly parts: WorkerParts;
  announcement(handles: WorkerAnnouncement['handles']): WorkerAnnouncement;
}

/** All that one worker does for one queue: claims and settles, keeps its lease, sweeps, hears of cancellations. */
export class QueueStation {
  readonly lane: QueueLane;
  private readonly keeper: LeaseKeeper;
  private readonly sweeper: Sweeper;
  private readonly handles: WorkerAnnouncement['handles'];
  private stopHearing: Promise<(() => Promise<void>) | undefined> = Promise.resolve(undefined);
  private stopped = false;

  constructor(private readonly station: StationParts) {
    const { queue, jobs, pool, env, parts } = station;
    const { clock, monotonic, engine, leaseMs } = env;
    const options = { ...WORKER_DEFAULTS, ...parts.options };
    this.handles = jobs.map(handleOf);
    this.lane = new QueueLane(queue, jobs, env, pool, () => this.mayClaim());
    const { outage } = this.lane;
    this.keeper = new LeaseKeeper({
      ...{ engine, clock, monotonic, queue, leaseMs, outage },
      announcement: () => station.announcement(this.handles),
      held: () => this.lane.held.all,
      knownToken: () => this.lane.knownToken,
      renewed: (answer, wasStale) => this.renewed(answer, wasStale),
    });
    this.sweeper = new Sweeper({
      ...{
        engine: parts.engine,
        registry: parts.registry,
        clock,
        bus: env.bus,
        random: env.random,
        queue,
        outage,
        logger: env.logger,
        redactor: env.redactor,
      },
      worker: env.worker.id,
      intervalMs: options.sweepIntervalMs,
      noHandlerGraceMs: options.noHandlerGraceMs,
      noHandlerAlertMs: options.noHandlerAlertMs,
      maxDeadLetterBytes: parts.options.maxDeadLetterBytes,
      auditRetentionMs: parts.options.auditRetentionMs,
      duties: parts.duties ?? [],
      ready: async () => this.keeper.fresh || this.keeper.beat(),
      found: () => this.lane.kick(),
    });
  }

  /** Resolves after the first beat, whether or not the store answered: what failed is tried again in the background. */
  async start(): Promise<void> {
    this.stopHearing = this.hearCancellations();
    await this.keeper.beat();
    this.sweeper.start();
  }

  async drain(): Promise<void> {
    this.lane.stopClaiming();
    await this.sweeper.stop();
    await this.keeper.beatAnew();
  }

  /** @returns how many jobs the store gave back for it */
  async leave(): Promise<number> {
    const { env, queue } = this.station;
    this.stopped = true;
    this.lane.close();
    await this.keeper.stop();
    const stopHearing = await this.stopHearing;
    await stopHearing?.();
    return (await env.engine.retire(queue, env.worker.id)).released;
  }

  sweep(): Promise<void> {
    return this.sweeper.runOnce();
  }

  private mayClaim(): boolean {
    const { env, pool } = this.station;
    if (env.zombies.count >= pool.size) return false;
    if (this.keeper.fresh) return true;
    if (!this.lane.outage.ongoing) void this.keeper.beat();
    return false;
  }

  private renewed(answer: HeartbeatAnswer, wasStale: boolean): void {
    const { env, queue } = this.station;
    this.lane.storeClock.sync(answer.now);
    if (answer.strangers > 0) {
      env.logger.warn(`queue ${queue}: ${answer.strangers} claimed job(s) never arrived here and were given back`);
    }
    if (wasStale) this.lane.kick();
  }

  /** The beat tells of cancellations as well; this is only faster. */
  private async hearCancellations(): Promise<(() => Promise<void>) | undefined> {
    const { env, queue } = this.station;
    while (!this.stopped) {
      try {
        return await env.engine.onCancelRequest(queue, (ref) => this.lane.held.cancel(ref));
      } catch (error) {
        await pause(env.clock, this.lane.outage.failed(error));
      }
    }
    return undefined;
  }
}

function handleOf({ definition }: RegisteredJob): WorkerAnnouncement['handles'][number] {
  const { name, version, migrations, policy, compensatedBy } = definition;
  const { maxStalls, owner, runbook, severity } = policy;
  const versions = [version, ...[...migrations.keys()].filter((from) => from < version)];
  return { type: name, versions, maxStalls, owner, runbook, severity, compensatedBy };
}
