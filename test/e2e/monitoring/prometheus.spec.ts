import { Injectable } from '@nestjs/common';
import { Registry } from 'prom-client';
import { JobEventBus } from '../../../lib/core/job-event-bus.js';
import { createRedactor } from '../../../lib/core/redaction.js';
import { Cron, Job, JobMetrics, JobPrometheus, NonRetryableJobError } from '../../../lib/index.js';
import { readSamples } from '../../../lib/monitoring/metrics/prometheus-samples.js';
import { PROMETHEUS_METRICS, type PrometheusName } from '../../../lib/monitoring/metrics/prometheus-table.js';
import { JobPrometheus as Prometheus } from '../../../lib/monitoring/metrics/job-prometheus.js';
import { filesUnder, read } from '../../architecture/support/project.js';
import { eventually } from '../../support/eventually.js';
import { memoryApps } from '../../support/nest-apps.js';

@Injectable()
class Mail {
  @Job({ name: 'mail.send', queue: 'mail', maxRetries: 1, backoff: { type: 'fixed', delay: '1ms', jitter: 'none' } })
  async send({ to }: { to: string }, { attempt }: { attempt: number }): Promise<void> {
    if (to === '') throw new NonRetryableJobError('nobody to send it to');
    if (to === 'slow' && attempt === 1) throw new Error('try again');
  }
}

@Injectable()
class Ticks {
  @Cron('* * * * * *', { name: 'tick' })
  tick(): void {
    return;
  }
}

function samples(text: string): Record<string, number> {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return Object.fromEntries(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('the metrics for Prometheus', () => {
  const start = memoryApps();

  it('are what happened, in a registry of our own', async () => {
    const { app, jobs } = await start({ providers: [Mail] }, { prometheus: {} });
    await jobs.enqueueMany(Mail, 'send', [{ to: 'ada' }, { to: 'bob' }, { to: '' }, { to: 'slow' }]);
    await eventually(async () => expect(await app.get(JobMetrics).today()).toMatchObject({ processed: 3, dead: 1 }));
    const prometheus = app.get(JobPrometheus);
    expect(prometheus.contentType).toContain('text/plain');
    const told = samples(await prometheus.metrics());
    const job = 'queue="mail",job_name="mail.send"';
    expect(told).toMatchObject({
      [`vigil_cluster_jobs{${job},state="dead"}`]: 1,
      [`vigil_cluster_jobs{${job},state="waiting"}`]: 0,
      [`vigil_cluster_jobs_accepted_total{${job}}`]: 4,
      [`vigil_cluster_jobs_completed_total{${job}}`]: 3,
      [`vigil_cluster_failure_ratio{${job}}`]: 0.4,
      [`vigil_attempts_failed_total{${job}}`]: 2,
      [`vigil_jobs_retried_total{${job}}`]: 1,
      [`vigil_jobs_buried_total{${job},reason="non_retryable"}`]: 1,
      vigil_cluster_workers: 1,
      vigil_store_up: 1,
      vigil_worker_zombies: 0,
    });
    expect(told[`vigil_cluster_job_duration_seconds{${job},quantile="0.99"}`]).toBeLessThan(1);
    const again = samples(await prometheus.metrics());
    expect(again[`vigil_jobs_buried_total{${job},reason="non_retryable"}`]).toBe(1);
  });

  it('count what becomes of slots of cron entries', async () => {
    const { app } = await start({ providers: [Ticks] }, { prometheus: {} });
    const prometheus = app.get(JobPrometheus);
    const of = (outcome: string): string =>
      `vigil_cluster_cron_outcomes_total{queue="default",job_name="tick",outcome="${outcome}"}`;
    await eventually(
      async () => expect(samples(await prometheus.metrics())[of('completed')]).toBeGreaterThanOrEqual(2),
      { timeout: 15_000 },
    );
    expect(samples(await prometheus.metrics())).toMatchObject({ [of('failed')]: 0, [of('lost-lock')]: 0 });
  });

  it('go into a registry of the application, and leave it with it', async () => {
    const registry = new Registry();
    const { app } = await start({ providers: [Mail] }, { prometheus: { registry } });
    expect(Object.keys(samples(await registry.metrics()))).toContain('vigil_cluster_workers');
    expect(await app.get(JobPrometheus).metrics()).toContain('vigil_store_up 1');
    await app.close();
    expect(await registry.metrics()).toBe('\n');
  });

  it('are off by default', async () => {
    const { app } = await start({ providers: [Mail] });
    expect(() => app.get(JobPrometheus).metrics()).toThrow(expect.objectContaining({ code: 'PROMETHEUS_OFF' }));
  });

  it('tell that the store is away, and nothing else of it', async () => {
    let now = 0;
    const lines: string[] = [];
    const away = async (): Promise<never> => Promise.reject(new Error('away; token=abc123'));
    const prometheus = new Prometheus({
      source: {
        engine: { queues: away, stats: away, keptCron: away },
        metrics: { types: away, workforce: away, ledger: away },
        alerts: { list: away },
      },
      bus: new JobEventBus(() => undefined),
      vitals: { now: { eventLoopLagMs: 2_000 } },
      worker: { running: 3, zombies: 1 },
      monotonic: () => now,
      logger: { warn: (line) => lines.push(line) },
      redactor: createRedactor(),
      options: {},
    });
    await prometheus.open();
    const told = samples(await prometheus.metrics());
    expect(told).toMatchObject({ vigil_store_up: 0, vigil_worker_running: 3, vigil_event_loop_lag_seconds: 2 });
    const unknown = /^vigil_(cluster_|store_latency_)/;
    expect(Object.keys(told).filter((name) => unknown.test(name))).toEqual([]);
    for (; now < 5_000; now += 1_000) await prometheus.metrics();
    expect(lines).toEqual(['prometheus: the store could not be read: Error: away; token=[redacted]']);
    prometheus.close();
  });

  it('change nothing for jobs when they can not be counted, nor read', async () => {
    const registry = new Registry();
    const { app, jobs, logger } = await start({ providers: [Mail] }, { prometheus: { registry } });
    const inc = jest.fn(() => {
      throw new Error('the registry is broken');
    });
    for (const name of ['vigil_jobs_retried_total', 'vigil_jobs_buried_total', 'vigil_cluster_jobs_completed_total'])
      Object.assign(registry.getSingleMetric(name) as object, { inc });
    await jobs.enqueueMany(Mail, 'send', [{ to: 'ada' }, { to: '' }, { to: 'slow' }]);
    await eventually(async () => expect(await app.get(JobMetrics).today()).toMatchObject({ processed: 2, dead: 1 }));
    expect(inc).toHaveBeenCalledTimes(2);
    expect(logger.of('error').filter((line) => line.includes('the registry is broken'))).toHaveLength(2);
    await expect(app.get(JobPrometheus).metrics()).rejects.toThrow('the registry is broken');
    await jobs.enqueue(Mail, 'send', { to: 'eve' });
    await eventually(async () => expect(await app.get(JobMetrics).today()).toMatchObject({ processed: 3 }));
  });

  it('are of 500 job types and cron entries at most, and tell how many are left out', async () => {
    const depth = { scheduled: 0, waiting: 1, active: 0, dead: 0 };
    const types = Array.from({ length: 603 }, (_, n) => ({ queue: 'q', name: `t${n}`, depth, processing: {} }));
    const entries = Array.from({ length: 510 }, (_, n) => ({ name: `t${n + 100}`, outcomes: { missed: n } }));
    const samples = await readSamples({
      engine: {
        queues: async () => ['q'],
        stats: async (queue) => ({ queue, paused: false, types: [] }),
        keptCron: async () => entries as never,
      },
      metrics: {
        types: async () => types as never,
        workforce: async () => ({}) as never,
        ledger: async () => [],
      },
      alerts: { list: async () => [] },
    });
    // t500 to t602 as types, t600 to t609 as entries.
    expect(samples.vigil_job_types_left_out).toEqual([[{}, 110]]);
    const jobsOf = (name: PrometheusName): number => new Set(samples[name]?.map(([{ job_name: name }]) => name)).size;
    expect(
      (['vigil_cluster_jobs', 'vigil_cluster_jobs_accepted_total', 'vigil_cluster_cron_outcomes_total'] as const).map(
        jobsOf,
      ),
    ).toEqual([500, 500, 500]);
  });

  it('are all those that the dashboard, the alert rules and the documentation name', () => {
    const known = new Set(Object.keys(PROMETHEUS_METRICS));
    const named = (path: string): string[] => [...new Set(read(path).match(/vigil_[a-z_]+[a-z]/g))];
    for (const path of ['docs/grafana-dashboard.json', 'docs/prometheus-alerts.yml']) {
      expect(named(path).length).toBeGreaterThan(5);
      expect(named(path).filter((name) => !known.has(name))).toEqual([]);
    }
    const table = [...read('docs/monitoring.md').matchAll(/^\| `(vigil_\w+)`/gm)].map(([, name]) => name);
    expect(table.sort()).toEqual([...known].sort());
    expect(filesUnder('docs/', '.json').length).toBeGreaterThan(0);
  });

  it('have the labels by which those are grouped, and none that Prometheus gives by itself', () => {
    const labels = Object.values(PROMETHEUS_METRICS).flatMap(({ labels: own }): readonly string[] => own);
    // Of the scrape; a label of ours of this name would come out as `exported_job`.
    expect(labels.filter((label) => ['job', 'instance'].includes(label))).toEqual([]);
    const known = new Set([...labels, 'instance']);
    for (const path of ['docs/grafana-dashboard.json', 'docs/prometheus-alerts.yml']) {
      const groups = [...read(path).matchAll(/\bby \(([^)]+)\)/g)].flatMap(([, names]) => names.split(', '));
      const shown = [...read(path).matchAll(/\$labels\.(\w+)/g)].map(([, name]) => name);
      expect(groups.length).toBeGreaterThan(5);
      expect([path, [...groups, ...shown].filter((label) => !known.has(label))]).toEqual([path, []]);
    }
  });
});
