import { VigilError } from '../../core/vigil.error.js';
import type { JobFigures } from '../../engine/figures.port.js';
import type { JobInspector } from '../../engine/inspector.port.js';
import type { JobLedger, LedgerReading } from '../../engine/ledger.port.js';
import { MetricsReader } from './metrics-reader.js';
import { pointOf, type MetricsPoint } from './metrics-series.js';
import { SeriesMemory } from './series-memory.js';
import type { MetricsWindow } from './metrics-window.js';
import type { TypeMetrics } from './type-metrics.js';
import { workforceOf, type WorkforceMetrics } from './workforce.js';

export interface MetricsParts {
  readonly engine: Pick<JobInspector, 'queues' | 'workers'> & Pick<JobLedger, 'readLedger' | 'lastLedger'> & JobFigures;
  /** Whose midnight begins today. */
  readonly timeZone: string;
}

/**
 * Which figures: all, those of a queue, or of a job name.
 *
 * @example
 * const query: MetricsQuery = { queue: 'billing' };
 * @publicApi
 */
export interface MetricsQuery {
  readonly queue?: string;
  readonly name?: string;
}

/**
 * A day's work at a glance.
 *
 * @example
 * const line = ({ processed, failed, dead }: DayMetrics): string => `${processed} done, ${failed} failed, ${dead} dead`;
 * @publicApi
 */
export interface DayMetrics {
  /** Milliseconds since the epoch: midnight in the zone. */
  readonly from: number;
  readonly to: number;
  /** Jobs that completed. */
  readonly processed: number;
  /** Attempts that failed. */
  readonly failed: number;
  /** Jobs that died. */
  readonly buried: number;
  /** In the dead letter queue now, whenever they died. */
  readonly dead: number;
}

const LONGEST_SERIES = 1_440;

/**
 * Figures of all queues, read from the store: every instance gives the same.
 *
 * @example
 * constructor(private readonly metrics: JobMetrics) {}
 * async slowest(): Promise<string | undefined> {
 *   const types = await this.metrics.types('hour');
 *   return [...types].sort((a, b) => (b.processing.p95 ?? 0) - (a.processing.p95 ?? 0))[0]?.name;
 * }
 * @publicApi
 */
export class JobMetrics {
  private readonly reader: MetricsReader;
  private readonly known = new SeriesMemory();

  /** @internal built by the module */
  constructor(private readonly parts: MetricsParts) {
    this.reader = new MetricsReader(parts.engine, parts.timeZone);
  }

  /** Every job type that has jobs or had any in the window, by queue and name. */
  async types(window: MetricsWindow, query: MetricsQuery = {}): Promise<readonly TypeMetrics[]> {
    const readings = await this.eachQueue(query, (queue) => this.reader.read(queue, window));
    return readings.flatMap(({ types }) => types).filter(({ name }) => (query.name ?? name) === name);
  }

  /** Processed and failed since midnight in the option `timeZone`, and what is in the dead letter queue now. */
  async today(query: MetricsQuery = {}): Promise<DayMetrics> {
    const readings = await this.eachQueue(query, (queue) => this.reader.read(queue, 'today'));
    const types = readings.flatMap((reading) => reading.types).filter(({ name }) => (query.name ?? name) === name);
    const sum = (pick: (each: TypeMetrics) => number): number => types.reduce((total, each) => total + pick(each), 0);
    const now = readings[0]?.to ?? (await this.parts.engine.storeTime());
    return {
      from: Math.min(now, ...readings.map(({ from }) => from)),
      to: now,
      processed: sum(({ completed }) => completed),
      failed: sum(({ failed }) => failed),
      buried: sum(({ buried }) => buried),
      dead: sum(({ depth }) => depth.dead),
    };
  }

  /**
   * Minute by minute up to now, the oldest first; minutes in which nothing happened are there as well.
   *
   * @param minutes at most 1,440
   * @throws VigilError `LIMIT_INVALID`
   */
  async series(query: MetricsQuery = {}, minutes = 60): Promise<readonly MetricsPoint[]> {
    checkMinutes(minutes);
    const { first, last } = await this.reader.minutesAgo(minutes);
    const known = this.known.of(JSON.stringify([query.queue, query.name]), last - LONGEST_SERIES);
    let begin = first;
    while (known.has(begin)) begin++;
    const queues = await this.eachQueue(query, (queue) => this.reader.figures.minutes(queue, begin, last));
    return Array.from({ length: minutes }, (_, n) => {
      const minute = first + n;
      if (minute < begin) return known.get(minute) as MetricsPoint;
      const spans = queues.flatMap((byMinute) => byMinute.get(minute) ?? []);
      const point = pointOf(minute, spans, query.name);
      // Clocks of several nodes may be apart a little.
      if (minute < last - 1) known.set(minute, point);
      return point;
    });
  }

  /** The living workers of all processes, their slots, and how they fare. */
  async workforce(): Promise<WorkforceMetrics> {
    const { engine } = this.parts;
    return workforceOf(await this.eachQueue({}, (queue) => engine.workers(queue)));
  }

  /** The last check of each queue's ledger; an elected instance makes one every minute. A queue without one is left out. */
  async ledger(): Promise<readonly LedgerReading[]> {
    const { engine } = this.parts;
    const readings = await this.eachQueue({}, (queue) => engine.lastLedger(queue));
    return readings.filter((reading) => reading !== undefined);
  }

  /** Checks the ledger of a queue now. Changes nothing and raises no alert. */
  checkLedger(queue: string): Promise<LedgerReading> {
    return this.parts.engine.readLedger(queue);
  }

  private async eachQueue<T>({ queue }: MetricsQuery, read: (queue: string) => Promise<T>): Promise<T[]> {
    const queues = queue === undefined ? await this.parts.engine.queues() : [queue];
    return Promise.all(queues.map(read));
  }
}

function checkMinutes(minutes: number): void {
  if (Number.isInteger(minutes) && minutes >= 1 && minutes <= LONGEST_SERIES) return;
  throw new VigilError(
    'LIMIT_INVALID',
    `JobMetrics.series: ${String(minutes)} minutes; give a whole number from 1 to ${LONGEST_SERIES}.`,
  );
}
