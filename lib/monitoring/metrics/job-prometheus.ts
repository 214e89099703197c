import type * as PromClient from 'prom-client';
import type { Counter, Gauge, Registry } from 'prom-client';
import type { JobEventBus } from '../../core/job-event-bus.js';
import type { JobLogger } from '../../core/job-logger.js';
import { recordError } from '../../core/record-error.js';
import type { Redactor } from '../../core/redaction.js';
import { VigilError } from '../../core/vigil.error.js';
import type { ProcessVitals } from './process-vitals.js';
import type { PrometheusOptions, PrometheusRegistry } from './prometheus.options.js';
import { readSamples, type SampleSource } from './prometheus-samples.js';
import { PROMETHEUS_METRICS, type PrometheusName, type Samples } from './prometheus-table.js';

export interface PrometheusParts {
  readonly source: SampleSource;
  readonly bus: JobEventBus;
  readonly vitals: Pick<ProcessVitals, 'now'>;
  readonly worker: { readonly running: number; readonly zombies: number };
  readonly monotonic: () => number;
  readonly logger: Pick<JobLogger, 'warn'>;
  readonly redactor: Redactor;
  /** Absent when it is switched off. */
  readonly options?: PrometheusOptions;
}

/** Of one scrape: every metric asks for it by itself. */
const FRESH_MS = 1_000;
const IS_CLUSTER = /^vigil_(cluster_|store_up|job_types_)/;

/**
 * Metrics for Prometheus, by `prom-client`, which is loaded only when the option `prometheus` is given.
 *
 * @example
 * constructor(private readonly prometheus: JobPrometheus) {}
 * async scrape(): Promise<string> {
 *   return this.prometheus.metrics();
 * }
 * @publicApi
 */
export class JobPrometheus {
  private readonly made = new Map<PrometheusName, Counter | Gauge>();
  private readonly unsubscribe: (() => void)[] = [];
  private registry: PrometheusRegistry | undefined;
  private isTold = false;
  private last: { readonly at: number; readonly samples: Promise<Samples> } | undefined;

  /** @internal built by the module */
  constructor(private readonly parts: PrometheusParts) {}

  /** What Prometheus scrapes. @throws VigilError `PROMETHEUS_OFF` without the option `prometheus` */
  metrics(): Promise<string> {
    return this.opened.metrics();
  }

  /** For the header of the answer. @throws VigilError `PROMETHEUS_OFF` without the option `prometheus` */
  get contentType(): string {
    return this.opened.contentType;
  }

  /** @internal @throws VigilError `PROM_CLIENT_MISSING` */
  async open(): Promise<void> {
    const { options } = this.parts;
    if (!options) return;
    const client = await load();
    const registry = (options.registry as Registry | undefined) ?? new client.Registry();
    for (const [name, { type, labels, help }] of Object.entries(PROMETHEUS_METRICS)) {
      const collect = (): Promise<void> => this.collect(name as PrometheusName);
      const configuration = { name, help, labelNames: [...labels], registers: [registry], collect };
      this.made.set(name as PrometheusName, new client[type](configuration));
    }
    this.countEvents();
    this.registry = registry;
  }

  /** @internal a registry of the application's own outlives this */
  close(): void {
    for (const unsubscribe of this.unsubscribe.splice(0)) unsubscribe();
    try {
      for (const name of this.made.keys()) (this.registry as Registry | undefined)?.removeSingleMetric(name);
    } catch (error) {
      // What is closed after this is worth more.
      this.parts.logger.warn(`prometheus: the registry keeps metrics of this application: ${String(error)}`);
    }
  }

  private get opened(): PrometheusRegistry {
    if (this.registry) return this.registry;
    throw new VigilError(
      'PROMETHEUS_OFF',
      'JobPrometheus: it is switched off. Give VigilModule the option `prometheus: {}`.',
    );
  }

  private countEvents(): void {
    const { bus } = this.parts;
    const count = (name: PrometheusName, labels: Record<string, string>): void =>
      (this.made.get(name) as Counter).inc(labels);
    this.unsubscribe.push(
      bus.on('job.retried', ({ queue, name: job_name }) => {
        count('vigil_jobs_retried_total', { queue, job_name });
        count('vigil_attempts_failed_total', { queue, job_name });
      }),
      bus.on('job.buried', ({ queue, name: job_name, reason }) => {
        count('vigil_jobs_buried_total', { queue, job_name, reason });
        // These died without failing.
        if (!['stalled', 'expired', 'no_handler'].includes(reason))
          count('vigil_attempts_failed_total', { queue, job_name });
      }),
      bus.on('job.stalled', ({ queue, name: job_name }) => count('vigil_jobs_stalled_total', { queue, job_name })),
      bus.on('job.lease-lost', ({ queue, name: job_name }) => count('vigil_leases_lost_total', { queue, job_name })),
    );
  }

  private async collect(name: PrometheusName): Promise<void> {
    const samples = IS_CLUSTER.test(name) ? await this.samples() : this.local();
    const own = samples[name];
    if (!own && !IS_CLUSTER.test(name)) return;
    const metric = this.made.get(name)!;
    metric.reset();
    // One without labels is 0 after that, which would be a lie while nobody knows.
    if (!own?.length && PROMETHEUS_METRICS[name].labels.length === 0) metric.remove();
    for (const [labels, value] of own ?? []) {
      if ('set' in metric) metric.set(labels, value);
      else metric.inc(labels, value);
    }
  }

  private local(): Samples {
    const { vitals, worker } = this.parts;
    const { eventLoopLagMs, storeLatencyMs } = vitals.now;
    return {
      vigil_worker_running: [[{}, worker.running]],
      vigil_worker_zombies: [[{}, worker.zombies]],
      vigil_event_loop_lag_seconds: [[{}, eventLoopLagMs / 1_000]],
      vigil_store_latency_seconds: storeLatencyMs === undefined ? [] : [[{}, storeLatencyMs / 1_000]],
    };
  }

  /** A store that is away makes no scrape fail: then there is nothing of the cluster in it but that. */
  private samples(): Promise<Samples> {
    const now = this.parts.monotonic();
    if (!this.last || now - this.last.at >= FRESH_MS) {
      const read = readSamples(this.parts.source).then(
        (samples): Samples => {
          this.isTold = false;
          return { ...samples, vigil_store_up: [[{}, 1]] };
        },
        (error: unknown): Samples => {
          this.tell(error);
          return { vigil_store_up: [[{}, 0]] };
        },
      );
      this.last = { at: now, samples: read };
    }
    return this.last.samples;
  }

  /** Once, until it can be read again. */
  private tell(error: unknown): void {
    if (this.isTold) return;
    this.isTold = true;
    const { name, message } = recordError(error, this.parts.redactor);
    this.parts.logger.warn(`prometheus: the store could not be read: ${name}: ${message}`);
  }
}

async function load(): Promise<typeof PromClient> {
  try {
    const loaded = await import('prom-client');
    return loaded.default ?? loaded;
  } catch (error) {
    throw new VigilError(
      'PROM_CLIENT_MISSING',
      'VigilModule: the option prometheus needs prom-client. Install it: npm install prom-client',
      { cause: error },
    );
  }
}
