import { VigilError } from '../core/vigil.error.js';
import type { WorkerAnnouncement } from '../engine/consumer.port.js';
import { WorkerRun } from './worker-run.js';
import type { WorkerParts } from './worker.options.js';

/**
 * Where a worker is: `idle` before its first start, `stopped` after a drain.
 *
 * @example
 * if (worker.state === 'draining') return;
 * @publicApi
 */
export type WorkerState = 'idle' | 'running' | 'draining' | 'stopped';

/**
 * A worker as it last announced itself, in whatever process it lives.
 *
 * @example
 * const workers: readonly WorkerSummary[] = await worker.list();
 * @publicApi
 */
export interface WorkerSummary extends WorkerAnnouncement {
  readonly queues: readonly string[];
  /** Milliseconds since the epoch, by the store's clock: when its jobs are given to others unless it is heard of again. */
  readonly leaseUntil: number;
}

/**
 * The worker of this process: claims jobs, runs their handlers, settles what became of them.
 *
 * @example
 * constructor(private readonly worker: JobWorker) {}
 * async stopTakingWork() {
 *   await this.worker.drain();
 * }
 * @publicApi
 */
export class JobWorker {
  private run: WorkerRun | undefined;
  private draining: Promise<void> | undefined;
  private stateNow: WorkerState = 'idle';

  /** @internal built by the module */
  constructor(private readonly parts: WorkerParts) {}

  get state(): WorkerState {
    return this.stateNow;
  }

  /** The id under which this process' worker is known in `list`; absent before it started. */
  get id(): string | undefined {
    return this.run?.worker.id;
  }

  /** @internal for the health check: whose jobs are handled here */
  get queues(): readonly string[] {
    return this.run?.queues ?? [];
  }

  /** Attempts running here at this moment. */
  get running(): number {
    return this.run?.running ?? 0;
  }

  /** Handlers that run on here although their attempt is over. At or above the number of slots, nothing is claimed any more. */
  get zombies(): number {
    return this.run?.zombies ?? 0;
  }

  /**
   * Begins to claim; resolves when the worker is announced. While the store is away it goes on trying. Does nothing when it
   * runs already; after a drain it starts anew, under another id.
   *
   * @throws VigilError `CONCURRENCY_INVALID`, `WORKER_DRAINING`
   */
  async start(): Promise<void> {
    if (this.stateNow === 'running') return;
    if (this.stateNow === 'draining') {
      throw new VigilError('WORKER_DRAINING', 'JobWorker.start: the worker is draining. Await drain() first.');
    }
    checkSlots(this.parts.options);
    this.run = new WorkerRun(this.parts);
    this.stateNow = 'running';
    await this.run.start();
  }

  /**
   * Claims nothing more, lets running attempts go on for at most `shutdownGrace`, gives back those that do not end by then
   * without using up an attempt, and takes leave of the store. Never rejects; every call waits for the same drain.
   */
  async drain(): Promise<void> {
    if (!this.run || this.stateNow === 'stopped') {
      this.stateNow = 'stopped';
      return;
    }
    this.stateNow = 'draining';
    this.draining ??= this.run.drain().finally(() => {
      this.draining = undefined;
      this.stateNow = 'stopped';
    });
    await this.draining;
  }

  /** All living workers in all processes, by id. */
  async list(): Promise<readonly WorkerSummary[]> {
    const { engine } = this.parts;
    const byId = new Map<string, WorkerSummary>();
    for (const queue of await engine.queues()) {
      for (const announced of await engine.workers(queue)) {
        const known = byId.get(announced.worker);
        byId.set(announced.worker, {
          ...announced,
          queues: [...(known?.queues ?? []), queue],
          handles: [...(known?.handles ?? []), ...announced.handles],
          leaseUntil: Math.min(known?.leaseUntil ?? Infinity, announced.leaseUntil),
        });
      }
    }
    return [...byId.values()].sort((a, b) => a.worker.localeCompare(b.worker));
  }

  /** @internal for test kits: resolves when nothing runs here and a fresh look found nothing to claim */
  async quiet(): Promise<void> {
    await this.run?.quiet();
  }

  /** @internal for test kits: one sweep of every queue, now */
  async sweep(): Promise<void> {
    await this.run?.sweep();
  }
}

function checkSlots({ concurrency = 1, queues = {} }: WorkerParts['options']): void {
  for (const [place, slots] of [['concurrency', concurrency] as const, ...Object.entries(queues)]) {
    if (Number.isInteger(slots) && slots >= 1) continue;
    const where = place === 'concurrency' ? 'worker.concurrency' : `worker.queues.${place}`;
    throw new VigilError(
      'CONCURRENCY_INVALID',
      `${where}: ${String(slots)} is no number of slots. Write a whole number from 1 on, or worker: false for a process that only enqueues.`,
    );
  }
}
