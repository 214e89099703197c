import type { HealthReport } from '../../monitoring/health/health-report.js';
import type { AdminView } from './admin-view.js';

/** What a store says of itself may hold how it is logged in to. */
export function shownHealth({ status, checks }: HealthReport, view: AdminView): HealthReport {
  const shown = Object.entries(checks).map(([name, { message, ...check }]) => [
    name,
    { ...check, ...(message !== undefined && { message: view.text(message) }) },
  ]);
  return { status, checks: Object.fromEntries(shown) as HealthReport['checks'] };
}
