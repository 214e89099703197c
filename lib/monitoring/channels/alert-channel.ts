import type { AlertRule } from '../alerts/alert-rule.js';

/**
 * How urgent an alert is. Those of buried jobs have the severity of the job's policy.
 *
 * @example
 * const wakes = (severity: AlertSeverity): boolean => severity === 'critical';
 * @publicApi
 */
export type AlertSeverity = 'critical' | 'error' | 'warning' | 'info';

/**
 * What is told of an alert. Secrets are left out as everywhere.
 *
 * @example
 * const title = ({ state, what }: AlertNotice): string => `${state}: ${what}`;
 * @publicApi
 */
export interface AlertNotice {
  readonly id: string;
  readonly rule: AlertRule | 'test';
  readonly state: 'firing' | 'repeated' | 'resolved' | 'test';
  readonly severity: AlertSeverity;
  /** One line. */
  readonly what: string;
  /** Milliseconds since the epoch, by the store's clock. */
  readonly since: number;
  readonly lastSeen: number;
  /** Of what the rule counts: burials, waiting jobs, milliseconds of age. */
  readonly count: number;
  readonly queue?: string;
  /** Of the job. */
  readonly name?: string;
  readonly owner?: string;
  readonly runbook?: string;
  readonly lastError?: string;
  /** Ids of some of the jobs. */
  readonly samples: readonly string[];
  /** The dashboard's page about it, where `admin.publicUrl` is given. */
  readonly link?: string;
}

/** No channel is waited for any longer. */
export const LONGEST_SEND_MS = 10_000;

/**
 * Somebody who is told of alerts. A provider of your own is one when it has these two; name its class in `alerts.channels`.
 *
 * @example
 * @Injectable()
 * class PagerChannel implements AlertChannel {
 *   readonly name = 'pager';
 *   async send(notice: AlertNotice, signal: AbortSignal): Promise<void> {
 *     await fetch('https://pager.example.org', { method: 'POST', body: JSON.stringify(notice), signal });
 *   }
 * }
 * @publicApi
 */
export interface AlertChannel {
  readonly name: string;
  /** Whoever throws, or has not ended when the signal aborts (10 s), is asked again later. */
  send(notice: AlertNotice, signal: AbortSignal): Promise<void>;
}
