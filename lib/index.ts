export { VigilModule } from './vigil.module.js';
export type {
  EnhancerOptions,
  LockOptions,
  RetentionOptions,
  VigilAsyncOptions,
  VigilModuleExtras,
  VigilOptions,
  VigilOptionsFactory,
  WorkerSettings,
} from './vigil.options.js';
export type { AdminOptions, AdminRequest } from './admin/admin.options.js';
export { requiredAdminRight } from './admin/access/admin-right.js';
export type { AdminRight } from './admin/access/admin-right.js';
export type { RedisClusterTarget, RedisTarget } from './engine/redis/connection/redis-target.js';

export { InjectJobs, jobsToken } from './decorators/inject-jobs.decorator.js';
export { Job } from './decorators/job.decorator.js';
export type { JobKeys, PayloadOf, ResultOf } from './decorators/job-handler.js';
export type { JobOptions, WorkerPolicy } from './decorators/job.options.js';
export { Cron } from './decorators/cron.decorator.js';
export type { CronOptions } from './decorators/cron.options.js';
export { CronExpression } from '@nestjs/schedule';
export { CronRun } from './core/cron-run.js';
export type { CronTrigger } from './core/cron-run.js';
export type { ClockChanges, CronMissed, CronOverlap } from './core/cron-definition.js';
export type { CronOutcome, CronReason, CronRecord } from './core/cron-record.js';
export { CronService } from './scheduler/cron.service.js';
export type { CronRunReceipt } from './scheduler/cron.service.js';
export type { CronState, CronSummary } from './scheduler/cron-summary.js';
export { CronUnknownError } from './scheduler/cron.errors.js';
export { OnJobEvent } from './decorators/on-job-event.decorator.js';
export { defineJob } from './core/define-job.js';
export type { ContractOptions, SchemaInput, SchemaOutput } from './core/define-job.js';
export type { JobContract, KeyPath, PayloadSchema } from './core/job-contract.js';
export type {
  BackoffOptions,
  ErrorClassifier,
  ErrorMatcher,
  JobFailure,
  JobOverrides,
  JobPolicyOptions,
} from './core/job-policy.js';
export type { JobPriority } from './core/priority.js';
export type { DeadJob, OnDeadOptions } from './core/on-dead.js';

export { JobClient } from './client/job.client.js';
export type { CancelReceipt, EnqueueManyOptions, JobQuery } from './client/job.client.js';
export type { EnqueueOptions, EnqueueReceipt } from './client/enqueue.options.js';
export type { JobsOf } from './client/jobs-of.js';
export { QueueService } from './client/queue.service.js';
export type { QueueTarget } from './client/queue.service.js';
export { JobDeadError, JobUnknownError, ResultNotKeptError, WaitTimeoutError } from './client/wait.errors.js';

export { JobContext } from './core/job-context.js';
export type { JobStep } from './core/job-context.js';
export type { JobLogger } from './core/job-logger.js';
export {
  JobCancelledError,
  JobTimeoutError,
  LeaseLostError,
  NonRetryableJobError,
  RetryJobError,
  WorkerStoppingError,
} from './core/handler-signals.js';
export { InvalidPayloadError } from './core/payload-schema.js';
export { VigilError } from './core/vigil.error.js';
export { EngineFullError, EngineTimeoutError, EngineUnavailableError } from './engine/engine.errors.js';

export type { AttemptRecord, ErrorCause, RecordedError } from './core/attempt.js';
export type { Clock } from './core/clock.js';
export { parseDuration } from './core/duration.js';
export type { Duration } from './core/duration.js';
export type { JobEvent, JobEventOfType, JobEventType } from './core/job-event.js';
export type { DeadLetterSummary, JobSnapshot, Page } from './core/job-snapshot.js';
export type { BurialReason, JobState } from './core/job-state.js';
export type { AuditEntry } from './engine/dead-letter.port.js';
export type { Actor, QueueStats, TypeStats } from './engine/inspector.port.js';
export type { LedgerFinding, LedgerReading } from './engine/ledger.port.js';
export type { JsonPatchOperation, ReplayRecord } from './core/replay-record.js';
export type { Json } from './core/json.js';
export type { RedactOptions } from './core/redaction.js';

export { JobWorker } from './runner/worker.js';
export type { WorkerState, WorkerSummary } from './runner/worker.js';
export { AuditService } from './dead-letters/audit.service.js';
export type { AuditQuery } from './dead-letters/audit.service.js';
export { DeadLetterService } from './dead-letters/dead-letter.service.js';
export type { DeadLetterGroupQuery, DeadLetterQuery } from './dead-letters/dead-letter.service.js';
export type { ArchiveReport, RefusedLine } from './dead-letters/archive/archive-reports.js';
export type { TextChunks } from './dead-letters/archive/text-lines.js';
export type { AttemptOfLife, DeadLetter, JobLife } from './dead-letters/job-lives.js';
export type { DeadLetterGroupSelection, DeadLetterSelection } from './dead-letters/selection.js';
export type { DeadLetterGroup } from './core/dead-letter-group.js';
export type { PayloadEdit } from './dead-letters/payload-edit.js';
export type { ReplayRequest } from './dead-letters/replay-request.js';
export {
  DeadLetterSettledError,
  DeadLetterUnknownError,
  PayloadPatchError,
} from './dead-letters/dead-letter.errors.js';
export { DeadLetterPlans } from './dead-letters/plans/dead-letter-plans.js';
export type { PlanQuery } from './dead-letters/plans/dead-letter-plans.js';
export type { ReplayPlanOptions, ResolvePlanOptions } from './dead-letters/plans/plan-options.js';
export type { PlanState } from './dead-letters/plans/plan-state.js';
export { PlanStateError, PlanUnknownError } from './dead-letters/plans/plan.errors.js';
export type { PlanPreview, ReplayPlan } from './dead-letters/plans/replay-plan.js';
export { JobEvents } from './monitoring/events/job-events.js';

export { LockProvider } from './core/lock-provider.js';
export type { HeldLock, LockAnswer, LockChoice, LockRefusal, LockRequest } from './core/lock-provider.js';
export type { PostgresConnection, PostgresLockOptions } from './scheduler/locks/postgres/postgres-connection.js';
export { LockLostError, LockUnavailableError } from './core/lock.errors.js';
export { JobMetrics } from './monitoring/metrics/job-metrics.js';
export type { DayMetrics, MetricsQuery } from './monitoring/metrics/job-metrics.js';
export type { CronFigures } from './monitoring/metrics/cron-figures.js';
export type { MetricsPoint } from './monitoring/metrics/metrics-series.js';
export type { MetricsWindow } from './monitoring/metrics/metrics-window.js';
export type { DurationSummary, JobDepth, TypeMetrics } from './monitoring/metrics/type-metrics.js';
export type { WorkforceMetrics } from './monitoring/metrics/workforce.js';
export { AlertService } from './monitoring/alerts/alert.service.js';
export type { Alert, ChannelTrial, Silence, SilenceTarget } from './monitoring/alerts/alert.service.js';
export type { AlertRule, AlertRuleOptions } from './monitoring/alerts/alert-rule.js';
export type {
  AlertChannelOption,
  AlertOptions,
  SlackOptions,
  WebhookOptions,
} from './monitoring/alerts/alert.options.js';
export type { AlertChannel, AlertNotice, AlertSeverity } from './monitoring/channels/alert-channel.js';
export { JobHealth } from './monitoring/health/job-health.js';
export { JobHealthIndicator } from './monitoring/health/job-health.indicator.js';
export type { JobHealthResult } from './monitoring/health/job-health.indicator.js';
export type { HealthDetail, HealthReport, HealthStatus } from './monitoring/health/health-report.js';
export { JobPrometheus } from './monitoring/metrics/job-prometheus.js';
export type { PrometheusOptions, PrometheusRegistry } from './monitoring/metrics/prometheus.options.js';
export type { TracingOptions } from './monitoring/tracing/tracing.options.js';
export { currentJob } from './discovery/job-scope.js';
