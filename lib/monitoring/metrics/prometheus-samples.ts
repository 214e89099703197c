import type { CronStore, KeptCron } from '../../engine/cron.port.js';
import type { JobInspector, TypeStats } from '../../engine/inspector.port.js';
import type { AlertService } from '../alerts/alert.service.js';
import type { JobMetrics } from './job-metrics.js';
import type { Sample, Samples } from './prometheus-table.js';
import type { TypeMetrics } from './type-metrics.js';

/** More would be too much for whoever keeps them. */
const MOST_TYPES = 500;

export interface SampleSource {
  readonly engine: Pick<JobInspector, 'queues' | 'stats'> & Pick<CronStore, 'keptCron'>;
  readonly metrics: Pick<JobMetrics, 'types' | 'workforce' | 'ledger'>;
  readonly alerts: Pick<AlertService, 'list'>;
}

/** One reading of all that the store knows. */
export async function readSamples({ engine, metrics, alerts }: SampleSource): Promise<Samples> {
  const queues = await engine.queues();
  const [types, force, ledger, firing, totals, crons] = await Promise.all([
    metrics.types('fiveMinutes'),
    metrics.workforce(),
    metrics.ledger(),
    alerts.list({ state: 'firing' }),
    Promise.all(queues.map((queue) => engine.stats(queue))),
    Promise.all(queues.map(async (queue) => (await engine.keptCron(queue)).map((kept) => ({ queue, ...kept })))),
  ]);
  const told = types.slice(0, MOST_TYPES);
  const entries = crons.flat();
  const byRule = new Map<string, number>();
  for (const { rule } of firing) byRule.set(rule, (byRule.get(rule) ?? 0) + 1);
  return {
    ...typeSamples(told),
    vigil_cluster_cron_outcomes_total: entries.slice(0, MOST_TYPES).flatMap(outcomeSamples),
    ...totalSamples(told, new Map(totals.map(({ queue, types: lines }) => [queue, lines]))),
    vigil_cluster_workers: [[{}, force.workers]],
    vigil_cluster_slots: [[{}, force.slots]],
    vigil_cluster_free_slots: [[{}, force.freeSlots]],
    vigil_cluster_ledger_findings: ledger.map(({ queue, findings }): Sample => [{ queue }, findings.length]),
    vigil_cluster_alerts_firing: [...byRule].map(([rule, count]): Sample => [{ rule }, count]),
    vigil_job_types_left_out: [[{}, leftOut(types, entries)]],
  };
}

type Named = { readonly queue: string; readonly name: string };

/** A cron entry is a job type, too, once it has run. */
function leftOut(...kinds: readonly (readonly Named[])[]): number {
  const names = kinds.flatMap((kind) => kind.slice(MOST_TYPES)).map(({ queue, name }) => JSON.stringify([queue, name]));
  return new Set(names).size;
}

/** Those that have not been yet, too: a counter that begins above 0 has no rise. */
function outcomeSamples({ queue, name, outcomes }: Named & Pick<KeptCron, 'outcomes'>): Sample[] {
  return Object.entries(outcomes).map(([outcome, total]) => [{ queue, job_name: name, outcome }, total]);
}

function typeSamples(types: readonly TypeMetrics[]): Samples {
  const labels = ({ queue, name }: TypeMetrics): { queue: string; job_name: string } => ({ queue, job_name: name });
  const optional = (pick: (type: TypeMetrics) => number | undefined): Sample[] =>
    types.flatMap((type): Sample[] => {
      const value = pick(type);
      return value === undefined ? [] : [[labels(type), value]];
    });
  return {
    vigil_cluster_jobs: types.flatMap((type) =>
      (['scheduled', 'waiting', 'active', 'dead'] as const).map((state): Sample => [
        { ...labels(type), state },
        type.depth[state],
      ]),
    ),
    vigil_cluster_oldest_waiting_seconds: optional(({ depth }) => (depth.oldestWaitingMs ?? 0) / 1_000),
    vigil_cluster_failure_ratio: optional(({ failureRate }) => failureRate),
    vigil_cluster_job_duration_seconds: types.flatMap((type) =>
      (['p50', 'p95', 'p99'] as const).flatMap((name): Sample[] => {
        const ms = type.processing[name];
        const quantile = `0.${name === 'p50' ? '5' : name.slice(1)}`;
        return ms === undefined ? [] : [[{ ...labels(type), quantile }, ms / 1_000]];
      }),
    ),
  };
}

function totalSamples(types: readonly TypeMetrics[], lines: ReadonlyMap<string, readonly TypeStats[]>): Samples {
  const of = (figure: 'accepted' | 'completed' | 'cancelled' | 'resolved'): Sample[] =>
    types.map(({ queue, name }): Sample => {
      const own = (lines.get(queue) ?? []).filter(({ type }) => type === name);
      return [{ queue, job_name: name }, own.reduce((sum, line) => sum + line[figure], 0)];
    });
  return {
    vigil_cluster_jobs_accepted_total: of('accepted'),
    vigil_cluster_jobs_completed_total: of('completed'),
    vigil_cluster_jobs_cancelled_total: of('cancelled'),
    vigil_cluster_jobs_resolved_total: of('resolved'),
  };
}
