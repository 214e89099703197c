import type { Duration } from '../../core/duration.js';
import type { OptionChecks } from '../../core/option-checks.js';
import { ALERT_RULES, RULE_DEFAULTS, type AlertRule, type AlertRuleOptions, type RuleLimits } from './alert-rule.js';
import type { AlertChannelOption, AlertOptions } from './alert.options.js';
import { checkChannel } from './channel-option.js';

const REPEAT_MS = 4 * 3_600_000;
const LONGEST_PROGRESS_MS = 3_600_000;
const AGES: readonly AlertRule[] = ['oldest-waiting', 'oldest-dead-letter'];
const SHARES: readonly AlertRule[] = ['failure-rate', 'memory-pressure'];

type Limits = Partial<Record<AlertRule, RuleLimits | false>>;

/** The options, checked. */
export interface AlertSettings {
  readonly channels: readonly AlertChannelOption[];
  readonly repeatMs: number;
  /** Undefined where the rule is switched off. */
  limits(rule: AlertRule, queue: string, name?: string): RuleLimits | undefined;
}

export function alertSettings(options: AlertOptions, checks: OptionChecks): AlertSettings {
  checks.knownOptions(options, ['channels', 'rules', 'queues', 'jobs', 'repeat'], 'alerts');
  const { channels = [], rules = {}, queues = {}, jobs = {}, repeat } = options;
  if (!Array.isArray(channels)) checks.fail('alerts.channels must be an array.');
  for (const [n, channel] of channels.entries())
    checkChannel(channel as AlertChannelOption, `alerts.channels[${n}]`, checks);
  const all = limitsOf(rules, 'alerts.rules', checks);
  const byQueue = limitsByName(queues, 'alerts.queues', checks);
  const byJob = limitsByName(jobs, 'alerts.jobs', checks);
  return {
    channels,
    repeatMs: repeat === undefined ? REPEAT_MS : checks.duration('alerts.repeat', repeat, 60_000),
    limits: (rule, queue, name) => {
      const own = name === undefined ? undefined : byJob.get(name)?.[rule];
      const limits = own ?? byQueue.get(queue)?.[rule] ?? all[rule] ?? RULE_DEFAULTS[rule];
      return limits === false ? undefined : limits;
    },
  };
}

function limitsByName(
  named: Readonly<Record<string, AlertRuleOptions>>,
  place: string,
  checks: OptionChecks,
): Map<string, Limits> {
  checks.knownOptions(named, Object.keys(Object(named) as object), place);
  return new Map(Object.entries(named).map(([name, rules]) => [name, limitsOf(rules, `${place}.${name}`, checks)]));
}

function limitsOf(rules: AlertRuleOptions, place: string, checks: OptionChecks): Limits {
  checks.knownOptions(rules, ALERT_RULES, place);
  const entries = Object.entries(rules) as [AlertRule, unknown][];
  return Object.fromEntries(entries.map(([rule, given]) => [rule, limitOf(rule, given, `${place}.${rule}`, checks)]));
}

function limitOf(rule: AlertRule, given: unknown, place: string, checks: OptionChecks): RuleLimits | false {
  const defaults = RULE_DEFAULTS[rule];
  if (given === false) return false;
  if (given === true || given === undefined) return defaults;
  const known = [
    ...('above' in defaults ? ['above'] : []),
    ...('minimum' in defaults ? ['minimum'] : []),
    ...('forMs' in defaults ? ['for'] : []),
  ];
  checks.knownOptions(given, known, place);
  const { above, minimum, for: span } = given as { above?: unknown; minimum?: unknown; for?: unknown };
  return {
    ...defaults,
    ...(above !== undefined && { above: aboveOf(rule, above, `${place}.above`, checks) }),
    ...(minimum !== undefined && { minimum: checks.whole(`${place}.minimum`, minimum, 1, Number.MAX_SAFE_INTEGER) }),
    ...(span !== undefined && { forMs: spanOf(rule, span, `${place}.for`, checks) }),
  };
}

function aboveOf(rule: AlertRule, value: unknown, place: string, checks: OptionChecks): number {
  if (AGES.includes(rule)) return checks.duration(place, value as Duration);
  if (typeof value !== 'number' || !(value >= 0)) return checks.fail(`${place} must be a number that is not negative.`);
  // A percentage would never be reached, and the rule would be silent for ever.
  if (SHARES.includes(rule) && value > 1) return checks.fail(`${place} is a share from 0 to 1; for 20 % write 0.2.`);
  return value;
}

function spanOf(rule: AlertRule, value: unknown, place: string, checks: OptionChecks): number {
  const ms = checks.duration(place, value as Duration);
  return rule === 'no-progress' && ms > LONGEST_PROGRESS_MS
    ? checks.fail(`${place} is longer than 1 h, the longest.`)
    : ms;
}
