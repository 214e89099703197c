import type { JobFigures } from '../../engine/figures.port.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { StoreHealth, StoreWatch } from '../../engine/store-health.port.js';
import type { AlertBook } from '../alerts/alert-book.js';
import { STORE_ALERTS } from '../../engine/alert.port.js';
import { reportOf, type HealthDetail, type HealthReport } from './health-report.js';

/** What health asks of this process' worker. */
export interface WatchedWorker {
  readonly state: 'idle' | 'running' | 'draining' | 'stopped';
  readonly id?: string;
  readonly zombies: number;
  /** Of the jobs that are handled here. */
  readonly queues: readonly string[];
}

export interface HealthParts {
  readonly engine: Pick<JobInspector, 'queues' | 'workers'> & Pick<JobFigures, 'upkeep'> & StoreWatch;
  readonly book: Pick<AlertBook, 'read'>;
  /** Absent in a process that only enqueues. */
  readonly worker?: WatchedWorker;
  readonly monotonic: () => number;
}

/** A probe is asked every few seconds by many; the store need not answer each. */
const FRESH_MS = 1_000;
const SLOW_STORE_MS = 1_000;
/** Promotion and sweep are due every few seconds. */
const OVERDUE_MS = 60_000;

/**
 * Whether jobs can be enqueued and are worked off.
 *
 * `liveness` is for whoever restarts processes: it never asks the store, so that a Redis that is down does not make an orchestrator
 * restart every pod. `readiness` is for whoever sends traffic.
 *
 * @example
 * constructor(private readonly health: JobHealth) {}
 * async ready(): Promise<boolean> {
 *   return (await this.health.readiness()).status !== 'down';
 * }
 * @publicApi
 */
export class JobHealth {
  private last: { readonly at: number; readonly report: Promise<HealthReport> } | undefined;

  /** @internal built by the module */
  constructor(private readonly parts: HealthParts) {}

  /** This process alone: it is up as long as it can answer. */
  liveness(): HealthReport {
    return reportOf({ process: { status: 'up' } });
  }

  /** The store, this process' worker, the upkeep of the queues, and the delivery of alerts. At most one look a second. */
  readiness(): Promise<HealthReport> {
    const now = this.parts.monotonic();
    if (!this.last || now - this.last.at >= FRESH_MS) this.last = { at: now, report: this.look() };
    return this.last.report;
  }

  private async look(): Promise<HealthReport> {
    const { engine } = this.parts;
    let health: StoreHealth;
    try {
      health = await engine.health();
    } catch (error) {
      return reportOf({ store: { status: 'down', message: messageOf(error) }, ...this.workerCheck() });
    }
    try {
      const queues = await engine.queues();
      return reportOf({
        ...storeChecks(health),
        ...(await this.claiming()),
        ...(await this.upkeep(queues)),
        alerts: await this.alerts(queues),
      });
    } catch (error) {
      return reportOf({ ...storeChecks(health), store: { status: 'down', message: messageOf(error) } });
    }
  }

  private workerCheck(): Record<string, HealthDetail> {
    const { worker } = this.parts;
    if (!worker) return {};
    const { state, zombies } = worker;
    if (state === 'draining' || state === 'stopped') return { worker: { status: 'down', message: `it is ${state}` } };
    if (state === 'idle') return { worker: { status: 'up', message: 'not started' } };
    return zombies > 0
      ? { worker: { status: 'degraded', message: `${zombies} handlers run on after their attempts` } }
      : { worker: { status: 'up' } };
  }

  /** A worker that runs here must be known to the store, or it claims nothing. */
  private async claiming(): Promise<Record<string, HealthDetail>> {
    const { engine, worker } = this.parts;
    const own = this.workerCheck();
    if (worker?.state !== 'running') return own;
    if (worker.queues.length === 0) return { worker: { status: 'up', message: 'no job is handled here' } };
    const known = await Promise.all(worker.queues.map((queue) => engine.workers(queue)));
    const claims = known.some((workers) => workers.some((each) => each.worker === worker.id));
    return claims ? own : { worker: { status: 'down', message: 'its lease has run out: it claims nothing' } };
  }

  /** Judged only where somebody lives who should do it: a queue without any worker raises an alert. */
  private async upkeep(queues: readonly string[]): Promise<Record<string, HealthDetail>> {
    const { engine } = this.parts;
    const late: string[] = [];
    const unswept: string[] = [];
    for (const queue of queues) {
      const { at, dueSince, deadSince, livingWorkers } = await engine.upkeep(queue);
      if (livingWorkers === 0) continue;
      if (dueSince !== undefined && at - dueSince > OVERDUE_MS) late.push(queue);
      if (deadSince !== undefined && at - deadSince > OVERDUE_MS) unswept.push(queue);
    }
    return {
      promoter:
        late.length === 0 ? { status: 'up' } : degraded(`jobs that are due are not promoted: ${late.join(', ')}`),
      sweeper: unswept.length === 0 ? { status: 'up' } : degraded(`nobody sweeps: ${unswept.join(', ')}`),
    };
  }

  private async alerts(queues: readonly string[]): Promise<HealthDetail> {
    const pages = await Promise.all([...queues, STORE_ALERTS].map((queue) => this.parts.book.read(queue)));
    const left = pages.flatMap(({ alerts }) => alerts.flatMap(({ record }) => Object.keys(record.pending?.left ?? {})));
    const channels = [...new Set(left)];
    if (channels.length === 0) return { status: 'up' };
    return degraded(`alerts could not be delivered to: ${channels.join(', ')}`);
  }
}

function storeChecks({
  isWritable,
  problem,
  latencyMs,
  evictionPolicy,
  durability,
}: StoreHealth): Record<string, HealthDetail> {
  const took = `${Math.round(latencyMs * 10) / 10} ms`;
  const isSafe = evictionPolicy === undefined || evictionPolicy === 'noeviction';
  return {
    store: latencyMs > SLOW_STORE_MS ? degraded(`it took ${took}`) : { status: 'up', message: took },
    writable: isWritable ? { status: 'up' } : { status: 'down', message: problem },
    eviction: isSafe ? { status: 'up' } : degraded(`maxmemory-policy is '${evictionPolicy}': Redis may delete jobs`),
    persistence: { status: 'up', message: durability },
  };
}

function degraded(message: string): HealthDetail {
  return { status: 'degraded', message };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
