import type { Duration } from '../../core/duration.js';

/**
 * What an alert is about.
 *
 * @example
 * const isLoss = (rule: AlertRule): boolean => rule === 'ledger-broken';
 * @publicApi
 */
export type AlertRule =
  | 'job-buried'
  | 'depth'
  | 'oldest-waiting'
  | 'failure-rate'
  | 'no-progress'
  | 'no-worker'
  | 'no-handler'
  | 'zombies'
  | 'stalls'
  | 'ledger-broken'
  | 'oldest-dead-letter'
  | 'memory-pressure'
  | 'store-changed'
  | 'cron';

/**
 * When the rules fire. `false` switches one off.
 *
 * @example
 * const rules: AlertRuleOptions = { depth: { above: 50_000 }, stalls: false };
 * @publicApi
 */
export interface AlertRuleOptions {
  /** A job was buried; one alert for each cause. */
  readonly 'job-buried'?: boolean;
  /** Waiting jobs of a type. Default 10,000. */
  readonly depth?: false | { readonly above: number };
  /** Age of the oldest waiting job of a type that is not paused. Default 5 m. */
  readonly 'oldest-waiting'?: false | { readonly above: Duration };
  /** Failed attempts of all that ended in the last five minutes, once there were `minimum`. Default 0.2 of at least 20. */
  readonly 'failure-rate'?: false | { readonly above: number; readonly minimum?: number };
  /** Jobs wait, workers live, nothing of the type runs and none has ended in this time. Default 10 m; at most 1 h. */
  readonly 'no-progress'?: false | { readonly for: Duration };
  /** Jobs wait in a queue without any worker for so long. Default 1 m. */
  readonly 'no-worker'?: false | { readonly for: Duration };
  /** Jobs wait that none of the living workers handles, for so long. Default 1 m. */
  readonly 'no-handler'?: false | { readonly for: Duration };
  /** Handlers that went on after their attempt, in the last five minutes. Default 0. */
  readonly zombies?: false | { readonly above: number };
  /** Attempts whose worker died or froze, in the last five minutes. Default 5. */
  readonly stalls?: false | { readonly above: number };
  /** What was accepted is not where it should be. */
  readonly 'ledger-broken'?: boolean;
  /** Age of the oldest dead letter that nobody replayed or resolved. Default 7 d. */
  readonly 'oldest-dead-letter'?: false | { readonly above: Duration };
  /** Used share of the memory that the store may use. Default 0.85. */
  readonly 'memory-pressure'?: false | { readonly above: number };
  /** Redis may evict jobs, or keeps them less safely than when this process started. */
  readonly 'store-changed'?: boolean;
  /** A cron entry skipped, missed or overlapped a slot, or has not run for too long. */
  readonly cron?: boolean;
}

/** The limits of a rule, durations in milliseconds; undefined while it is switched off. */
export interface RuleLimits {
  readonly above?: number;
  readonly minimum?: number;
  readonly forMs?: number;
}

export const RULE_DEFAULTS: Readonly<Record<AlertRule, RuleLimits>> = {
  'job-buried': {},
  depth: { above: 10_000 },
  'oldest-waiting': { above: 300_000 },
  'failure-rate': { above: 0.2, minimum: 20 },
  'no-progress': { forMs: 600_000 },
  'no-worker': { forMs: 60_000 },
  'no-handler': { forMs: 60_000 },
  zombies: { above: 0 },
  stalls: { above: 5 },
  'ledger-broken': {},
  'oldest-dead-letter': { above: 604_800_000 },
  'memory-pressure': { above: 0.85 },
  'store-changed': {},
  cron: {},
};

export const ALERT_RULES = Object.keys(RULE_DEFAULTS) as readonly AlertRule[];
