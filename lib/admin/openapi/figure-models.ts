import type { WorkerAnnouncement } from '../../engine/consumer.port.js';
import type { LedgerFinding, LedgerReading } from '../../engine/ledger.port.js';
import type { HealthReport } from '../../monitoring/health/health-report.js';
import type { DayMetrics } from '../../monitoring/metrics/job-metrics.js';
import type { CronFigures } from '../../monitoring/metrics/cron-figures.js';
import type { MetricsPoint } from '../../monitoring/metrics/metrics-series.js';
import type { DurationSummary, JobDepth, TypeMetrics } from '../../monitoring/metrics/type-metrics.js';
import type { WorkforceMetrics } from '../../monitoring/metrics/workforce.js';
import type { ListedWorker } from '../admin.tokens.js';
import type { Overview } from '../views/overview.js';
import {
  amount,
  count,
  flag,
  instant,
  listOf,
  mapped,
  model,
  oneOf,
  optional,
  share,
  span,
  text,
} from './api-field.js';
import { apiModel } from './api-model.js';
import { AlertModel, CountedTypeModel } from './operation-models.js';

const DEPTH = { scheduled: count(), waiting: count(), active: count(), dead: count() };

const DepthModel = apiModel<JobDepth>('JobDepth', { ...DEPTH, oldestWaitingMs: optional(span) });

const DurationsModel = apiModel<DurationSummary>('Durations', {
  count: count(),
  average: optional(span),
  p50: optional(span),
  p95: optional(span),
  p99: optional(span),
});

const CronFiguresModel = apiModel<CronFigures>('CronFigures', {
  completed: count(),
  failed: count('Attempts'),
  skipped: count(),
  missed: count('Slots'),
  lostLock: count('Attempts'),
});

export const TypeMetricsModel = apiModel<TypeMetrics>('TypeMetrics', {
  queue: text(),
  name: text(),
  depth: model(DepthModel),
  accepted: count(),
  completed: count(),
  failed: count(),
  retried: count(),
  buried: count(),
  buriedByReason: mapped('Jobs by reason'),
  cancelled: count(),
  resolved: count(),
  stalled: count(),
  zombies: count(),
  leasesLost: count(),
  processingRate: amount('Completed jobs per second'),
  failureRate: optional(share),
  retryRate: optional(share),
  processing: model(DurationsModel),
  waiting: model(DurationsModel),
  cron: optional(model(CronFiguresModel)),
});

export const DayModel = apiModel<DayMetrics>('Day', {
  from: instant,
  to: instant,
  processed: count(),
  failed: count(),
  buried: count(),
  dead: count(),
});

const PointModel = apiModel<MetricsPoint>('MetricsPoint', {
  at: instant,
  completed: count(),
  failed: count(),
  retried: count(),
  buried: count(),
  stalled: count(),
  p50: optional(span),
  p95: optional(span),
  scheduled: optional(count()),
  waiting: optional(count()),
  active: optional(count()),
  dead: optional(count()),
  oldestWaitingMs: optional(span),
  cron: optional(model(CronFiguresModel)),
});
export const SeriesModel = apiModel<{ items: object[] }>('MetricsSeries', { items: listOf(PointModel) });

export const WorkforceModel = apiModel<WorkforceMetrics>('Workforce', {
  workers: count(),
  draining: count(),
  slots: count(),
  freeSlots: count(),
  running: count(),
  zombies: count(),
  eventLoopLagMs: optional(span),
  storeLatencyMs: optional(span),
});

const FINDING = {
  what: text(),
  type: text(),
  version: count(),
  amount: count(),
  ids: listOf(text()),
};
const FindingModel = apiModel<LedgerFinding>('LedgerFinding', FINDING);
const QueueFindingModel = apiModel<LedgerFinding & { queue: string }>('QueueFinding', { ...FINDING, queue: text() });

export const LedgerModel = apiModel<LedgerReading>('Ledger', {
  queue: text(),
  at: instant,
  types: listOf(CountedTypeModel),
  findings: listOf(FindingModel),
});

export const HealthModel = apiModel<HealthReport>('Health', {
  status: oneOf('up', 'degraded', 'down'),
  checks: mapped('status and message of each thing that was looked at'),
});

const FiringModel = apiModel<Overview['alerts']>('FiringAlerts', { firing: count(), latest: listOf(AlertModel) });
const BooksModel = apiModel<Overview['ledger']>('Books', {
  sound: flag(),
  checkedAt: optional(instant),
  findings: listOf(QueueFindingModel),
});
const DepthsModel = apiModel<Overview['depth']>('Depths', DEPTH);

export const OverviewModel = apiModel<Overview>('Overview', {
  at: instant,
  health: model(HealthModel),
  alerts: model(FiringModel),
  ledger: model(BooksModel),
  today: model(DayModel),
  workforce: model(WorkforceModel),
  depth: model(DepthsModel),
});

const WorkerJobModel = apiModel<WorkerAnnouncement['handles'][number]>('WorkerJob', {
  type: text(),
  versions: listOf(count()),
  maxStalls: count(),
  owner: optional(text()),
  runbook: optional(text()),
  severity: text(),
  compensatedBy: optional(text()),
});

export const WorkerModel = apiModel<Omit<ListedWorker, 'vitals' | 'handles'> & { vitals?: object; handles: object[] }>(
  'Worker',
  {
    worker: text(),
    host: text(),
    pid: count(),
    startedAt: instant,
    state: oneOf('running', 'draining'),
    slots: count(),
    running: count(),
    zombies: count(),
    vitals: optional(mapped('eventLoopLagMs and storeLatencyMs')),
    handles: listOf(WorkerJobModel),
    queues: listOf(text()),
    leaseUntil: instant,
  },
);
