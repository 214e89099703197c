import type { AlertSeverity } from '../channels/alert-channel.js';

/** As a job's policy says it. */
export function severityOf(severity: string | undefined): AlertSeverity {
  return severity === 'critical' || severity === 'warning' || severity === 'info' ? severity : 'error';
}
