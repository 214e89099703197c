import { parseDuration, type Duration } from '../../core/duration.js';
import type { OptionChecks } from '../../core/option-checks.js';
import { ALERT_RULES, RULE_DEFAULTS, type AlertRule, type AlertRuleOptions, type RuleLimits } from './alert-rule.js';
import type { AlertChannelOption, AlertOptions } from './alert.options.js';

const REPEAT_MS = 4 * 3_600_000;
const LONGEST_PROGRESS_MS = 3_600_000;

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
  const isAge = rule === 'oldest-waiting' || rule === 'oldest-dead-letter';
  return {
    ...defaults,
    ...(above !== undefined && { above: isAge ? durationOf(above, `${place}.above`) : numberOf(above, place, checks) }),
    ...(minimum !== undefined && { minimum: checks.whole(`${place}.minimum`, minimum, 1, Number.MAX_SAFE_INTEGER) }),
    ...(span !== undefined && { forMs: Math.min(durationOf(span, `${place}.for`), LONGEST_PROGRESS_MS) }),
  };
}

function durationOf(value: unknown, place: string): number {
  return parseDuration(value as Duration, `VigilModule: ${place}`);
}

function numberOf(value: unknown, place: string, checks: OptionChecks): number {
  if (typeof value === 'number' && value >= 0) return value;
  return checks.fail(`${place}.above must be a number that is not negative.`);
}

function checkChannel(channel: AlertChannelOption, place: string, checks: OptionChecks): void {
  if (typeof channel === 'function') return;
  if (typeof channel !== 'object' || channel === null) return checks.fail(`${place} is no channel.`);
  const address = 'webhook' in channel ? channel.webhook : 'slack' in channel ? channel.slack : undefined;
  if (address === undefined) {
    if ('send' in channel && typeof channel.send === 'function') return;
    return checks.fail(`${place} must have webhook, slack or a method send, or be the class of a provider.`);
  }
  checks.knownOptions(channel, ['webhook', 'slack', 'secret', 'headers', 'name', 'timeout'], place);
  if (!/^https?:\/\/./.test(address)) checks.fail(`${place}: the address must begin with https:// or http://.`);
}
