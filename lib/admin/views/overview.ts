import type { LedgerFinding } from '../../engine/ledger.port.js';
import type { Alert, AlertService } from '../../monitoring/alerts/alert.service.js';
import type { HealthReport } from '../../monitoring/health/health-report.js';
import type { JobHealth } from '../../monitoring/health/job-health.js';
import type { DayMetrics, JobMetrics } from '../../monitoring/metrics/job-metrics.js';
import type { WorkforceMetrics } from '../../monitoring/metrics/workforce.js';
import type { AdminView } from './admin-view.js';
import { shownAlert } from './alert-view.js';
import { shownHealth } from './health-view.js';

/** Are we well? */
export interface Overview {
  /** Milliseconds since the epoch, by the store's clock. */
  readonly at: number;
  readonly health: HealthReport;
  readonly alerts: { readonly firing: number; readonly latest: readonly Alert[] };
  readonly ledger: {
    readonly sound: boolean;
    /** When the queue that was checked longest ago was checked; absent before the first check. */
    readonly checkedAt?: number;
    readonly findings: readonly (LedgerFinding & { readonly queue: string })[];
  };
  readonly today: DayMetrics;
  readonly workforce: WorkforceMetrics;
  readonly depth: {
    readonly scheduled: number;
    readonly waiting: number;
    readonly active: number;
    readonly dead: number;
  };
}

export interface OverviewParts {
  readonly metrics: JobMetrics;
  readonly alerts: AlertService;
  readonly health: JobHealth;
  readonly view: AdminView;
}

const LATEST = 10;
const MOST_FINDINGS = 20;

export class OverviewReader {
  constructor(private readonly parts: OverviewParts) {}

  async read(): Promise<Overview> {
    const { metrics, alerts, health, view } = this.parts;
    const [today, workforce, readings, firing, report, types] = await Promise.all([
      metrics.today(),
      metrics.workforce(),
      metrics.ledger(),
      alerts.list({ state: 'firing' }),
      health.readiness(),
      metrics.types('minute'),
    ]);
    const findings = readings.flatMap(({ queue, findings: found }) => found.map((each) => ({ queue, ...each })));
    const checked = readings.map(({ at }) => at);
    const depth = (of: keyof Overview['depth']): number => types.reduce((sum, each) => sum + each.depth[of], 0);
    return {
      at: today.to,
      health: shownHealth(report, view),
      alerts: { firing: firing.length, latest: firing.slice(0, LATEST).map((alert) => shownAlert(alert, view)) },
      ledger: {
        sound: findings.length === 0,
        ...(checked.length > 0 && { checkedAt: Math.min(...checked) }),
        findings: findings.slice(0, MOST_FINDINGS),
      },
      ...{ today, workforce },
      depth: { scheduled: depth('scheduled'), waiting: depth('waiting'), active: depth('active'), dead: depth('dead') },
    };
  }
}
