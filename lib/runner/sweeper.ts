import type { CancelTimer, Clock } from '../core/clock.js';
import type { JobEventBus } from '../core/job-event-bus.js';
import { formatJobId, type JobRef } from '../core/job-id.js';
import type { JobLogger } from '../core/job-logger.js';
import type { JobRegistry } from '../core/job-registry.js';
import type { BurialReason } from '../core/job-state.js';
import { recordError } from '../core/record-error.js';
import type { Redactor } from '../core/redaction.js';
import type { JobInspector } from '../engine/inspector.port.js';
import type { JobMaintenance, SweepReport } from '../engine/maintenance.port.js';
import type { EngineOutage } from './engine-outage.js';

/** Spread over so much of the interval, so that the workers of a fleet do not all ask at the same moment. */
const SPREAD = 0.2;
/** Looked up after one sweep, so that listeners are told what a buried job died of. */
const MOST_LOOKED_UP = 100;

/** Something done for a queue after each of its sweeps, by the worker that swept. */
export type QueueDuty = (queue: string) => Promise<void>;

export interface SweeperOptions {
  readonly engine: Pick<JobMaintenance, 'sweep'> & Pick<JobInspector, 'get'>;
  readonly registry: JobRegistry;
  readonly clock: Clock;
  readonly bus: JobEventBus;
  readonly random: () => number;
  readonly queue: string;
  readonly worker: string;
  readonly outage: EngineOutage;
  readonly intervalMs: number;
  readonly noHandlerGraceMs: number;
  readonly noHandlerAlertMs: number;
  readonly maxDeadLetterBytes?: number;
  readonly auditRetentionMs?: number;
  readonly duties: readonly QueueDuty[];
  readonly logger: JobLogger;
  readonly redactor: Redactor;
  /** Makes sure that the own lease lives, so that a worker which slept does not take its own jobs for a dead one's. */
  readonly ready: () => Promise<boolean>;
  /** Something came to wait. The bell rang for it, but a worker that is frozen or dead may have been the one to hear it. */
  readonly found: () => void;
}

/** Keeps one queue in order: the store takes back, promotes, expires and deletes; this says when, and tells what was found. */
export class Sweeper {
  private cancelNext: CancelTimer | undefined;
  private sweeping: Promise<void> | undefined;
  private stopped = false;

  constructor(private readonly options: SweeperOptions) {}

  /** Of no use once it was stopped: a worker may be drained before it has started. */
  start(): void {
    if (!this.stopped) this.sweepLater();
  }

  async stop(): Promise<void> {
    this.stopped = true;
    this.cancelNext?.();
    await this.sweeping;
  }

  /** One sweep with its duties; another worker's recent sweep makes it an empty one. */
  async runOnce(): Promise<void> {
    const { engine, queue, worker, intervalMs, noHandlerGraceMs, noHandlerAlertMs } = this.options;
    const { maxDeadLetterBytes, auditRetentionMs, outage, duties, ready, found } = this.options;
    try {
      if (!(await ready())) return;
      const limits = { noHandlerGraceMs, noHandlerAlertMs, maxDeadLetterBytes, auditRetentionMs };
      const report = await engine.sweep({ queue, worker, intervalMs, ...limits });
      outage.answered();
      // Whoever swept does the rest as well: once per interval, however many workers there are.
      if (!report.swept) return;
      if (report.promoted > 0 || report.stalled.some(({ buried }) => !buried)) found();
      await this.tell(report);
      for (const duty of duties) await this.perform(duty);
    } catch (error) {
      outage.failed(error);
    }
  }

  private async perform(duty: QueueDuty): Promise<void> {
    const { queue, logger, redactor } = this.options;
    try {
      await duty(queue);
    } catch (error) {
      const { name, message } = recordError(error, redactor);
      logger.warn(`after the sweep of queue ${queue}: ${name}: ${message}; it is tried again after the next`);
    }
  }

  private sweepLater(): void {
    const { clock, intervalMs, random } = this.options;
    this.cancelNext = clock.schedule(intervalMs * (1 - SPREAD / 2 + random() * SPREAD), () => {
      this.sweeping = this.runOnce().finally(() => {
        if (!this.stopped) this.sweepLater();
      });
    });
  }

  private async tell(report: SweepReport): Promise<void> {
    const { bus, clock } = this.options;
    for (const { attempt, stalls, suspect, ...ref } of report.stalled) {
      if (bus.wants('job.stalled')) {
        bus.emit({ type: 'job.stalled', at: clock.now(), ...identity(ref), attempt, stalls, suspect });
      }
    }
    if (!bus.wants('job.buried')) return;
    const buried: [JobRef, BurialReason][] = [
      ...report.stalled.filter((stalled) => stalled.buried).map((ref): [JobRef, BurialReason] => [ref, 'stalled']),
      ...report.expired.map((ref): [JobRef, BurialReason] => [ref, 'expired']),
      ...report.noHandler.map((ref): [JobRef, BurialReason] => [ref, 'no_handler']),
    ];
    for (const [index, [ref, reason]] of buried.entries()) await this.tellBurial(ref, reason, index < MOST_LOOKED_UP);
  }

  private async tellBurial(ref: JobRef, reason: BurialReason, lookUp: boolean): Promise<void> {
    const { bus, clock, engine, registry } = this.options;
    const job = lookUp ? await engine.get(ref) : undefined;
    const policy = registry.get(ref.type)?.definition.policy;
    const { burial } = job ?? {};
    bus.emit({
      type: 'job.buried',
      at: clock.now(),
      ...identity(ref),
      attempt: job?.attempt ?? 0,
      failures: job?.failures ?? 0,
      maxAttempts: 1 + (policy?.maxRetries ?? 0),
      error: job?.attempts.at(-1)?.error ?? { name: 'Error', message: reason, causes: [] },
      reason,
      owner: burial?.owner ?? policy?.owner,
      runbook: burial?.runbook ?? policy?.runbook,
      severity: burial?.severity ?? policy?.severity ?? 'error',
    });
  }
}

function identity(ref: JobRef): { id: string; name: string; queue: string } {
  return { id: formatJobId(ref), name: ref.type, queue: ref.queue };
}
