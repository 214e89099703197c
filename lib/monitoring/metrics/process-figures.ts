import type { JobEventBus } from '../../core/job-event-bus.js';
import { durationBucket } from '../../engine/duration-histogram.js';
import { FigureSender } from '../../engine/figure-sender.js';
import type { JobFigures } from '../../engine/figures.port.js';

/** Kept while the store is away. */
const MOST_FIGURES = 10_000;

/**
 * Counts what only this process sees: how long jobs waited, zombies and lost leases. From time to time the counts go to the store, so
 * that a job that runs costs an addition here and nothing there. What a crash finds uncounted is lost.
 */
export class ProcessFigures {
  private counts = new Map<string, Map<string, number>>();
  /** By queue, job name and bucket: no text is made for a job that runs. */
  private waits = new Map<string, Map<string, number[]>>();
  private readonly unsubscribe: (() => void)[];
  private readonly sender: FigureSender;

  constructor(bus: JobEventBus, engine: Pick<JobFigures, 'addFigures'>) {
    this.sender = new FigureSender(engine);
    this.unsubscribe = [
      bus.tally((queue, name, waitedMs) => this.countWait(queue, name, durationBucket(waitedMs))),
      bus.on('job.zombie', ({ queue, name, ended }) => {
        if (!ended) this.count(queue, `zombies:${name}`);
      }),
      bus.on('job.lease-lost', ({ queue, name }) => this.count(queue, `leases-lost:${name}`)),
    ];
  }

  /** @throws what the store says; the counts are kept for the next time */
  async flush(): Promise<void> {
    this.nameWaits();
    const queues = [...new Set([...this.sender.owed, ...this.counts.keys()])];
    const sent = await Promise.allSettled(queues.map((queue) => this.sender.send(queue, () => this.take(queue))));
    for (const each of sent) if (each.status === 'rejected') throw each.reason;
  }

  private take(queue: string): ReadonlyMap<string, number> {
    const figures = this.counts.get(queue) ?? new Map<string, number>();
    this.counts.delete(queue);
    return figures;
  }

  close(): void {
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
  }

  private countWait(queue: string, name: string, bucket: number): void {
    let types = this.waits.get(queue);
    if (!types) this.waits.set(queue, (types = new Map<string, number[]>()));
    let buckets = types.get(name);
    if (!buckets) types.set(name, (buckets = []));
    buckets[bucket] = (buckets[bucket] ?? 0) + 1;
  }

  private nameWaits(): void {
    for (const [queue, types] of this.waits) {
      for (const [name, buckets] of types)
        buckets.forEach((times, bucket) => this.count(queue, `wait:${name}:${bucket}`, times));
    }
    this.waits.clear();
  }

  private count(queue: string, name: string, by = 1): void {
    let figures = this.counts.get(queue);
    if (!figures) this.counts.set(queue, (figures = new Map<string, number>()));
    if (figures.size >= MOST_FIGURES && !figures.has(name)) return;
    figures.set(name, (figures.get(name) ?? 0) + by);
  }
}
