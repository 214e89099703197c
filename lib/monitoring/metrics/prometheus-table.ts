/** What is exposed. Names that begin with `vigil_cluster_` are read from the store and the same from every instance. */
export const PROMETHEUS_METRICS = {
  vigil_cluster_jobs: { type: 'Gauge', labels: ['queue', 'job_name', 'state'], help: 'Jobs by state' },
  vigil_cluster_jobs_accepted_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Jobs accepted' },
  vigil_cluster_jobs_completed_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Jobs completed' },
  vigil_cluster_jobs_cancelled_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Jobs cancelled' },
  vigil_cluster_jobs_resolved_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Dead letters resolved' },
  vigil_cluster_cron_outcomes_total: {
    type: 'Counter',
    labels: ['queue', 'job_name', 'outcome'],
    help: 'What became of slots and attempts of cron entries',
  },
  vigil_cluster_oldest_waiting_seconds: {
    ...{ type: 'Gauge', labels: ['queue', 'job_name'], help: 'For how long the oldest job has waited' },
  },
  vigil_cluster_job_duration_seconds: {
    type: 'Gauge',
    labels: ['queue', 'job_name', 'quantile'],
    help: 'Processing time of the last five minutes, within 9.1 %',
  },
  vigil_cluster_failure_ratio: {
    type: 'Gauge',
    labels: ['queue', 'job_name'],
    help: 'Share of the attempts of the last five minutes that failed',
  },
  vigil_cluster_workers: { type: 'Gauge', labels: [], help: 'Living workers' },
  vigil_cluster_slots: { type: 'Gauge', labels: [], help: 'Slots of the living workers' },
  vigil_cluster_free_slots: { type: 'Gauge', labels: [], help: 'Slots in which nothing runs' },
  vigil_cluster_ledger_findings: {
    ...{ type: 'Gauge', labels: ['queue'], help: 'What the last check of the ledger found wrong' },
  },
  vigil_cluster_alerts_firing: { type: 'Gauge', labels: ['rule'], help: 'Alerts that fire' },
  vigil_store_up: { type: 'Gauge', labels: [], help: '1 if the store answered to this scrape' },
  vigil_job_types_left_out: {
    type: 'Gauge',
    labels: [],
    help: 'Job types and cron entries beyond the 500 told of',
  },
  vigil_attempts_failed_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Attempts that failed here' },
  vigil_jobs_retried_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Retries decided here' },
  vigil_jobs_buried_total: { type: 'Counter', labels: ['queue', 'job_name', 'reason'], help: 'Jobs buried from here' },
  vigil_jobs_stalled_total: {
    type: 'Counter',
    labels: ['queue', 'job_name'],
    help: 'Stalls that a sweep found from here',
  },
  vigil_leases_lost_total: { type: 'Counter', labels: ['queue', 'job_name'], help: 'Leases lost here' },
  vigil_worker_running: { type: 'Gauge', labels: [], help: 'Attempts that run here' },
  vigil_worker_zombies: { type: 'Gauge', labels: [], help: 'Handlers that run on here after their attempts' },
  vigil_event_loop_lag_seconds: { type: 'Gauge', labels: [], help: 'How late the event loop was at most in 5 s' },
  vigil_store_latency_seconds: { type: 'Gauge', labels: [], help: 'What the store took for a command' },
} as const satisfies Readonly<
  Record<string, { readonly type: 'Gauge' | 'Counter'; readonly labels: readonly string[]; readonly help: string }>
>;

export type PrometheusName = keyof typeof PROMETHEUS_METRICS;
export type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];
export type Samples = Partial<Record<PrometheusName, readonly Sample[]>>;
