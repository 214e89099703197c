import type { AlertNotice, AlertSeverity } from '../channels/alert-channel.js';
import type { AlertRule } from './alert-rule.js';

/** Something that is wrong now, or was when it was written into the outbox. */
export interface AlertCondition {
  /** Of what it is the same alert: `<rule>` and whatever sets it apart. */
  readonly key: string;
  readonly rule: AlertRule;
  readonly severity: AlertSeverity;
  readonly what: string;
  readonly count: number;
  readonly name?: string;
  readonly owner?: string;
  readonly runbook?: string;
  readonly lastError?: string;
  readonly samples?: readonly string[];
  /** Counts are added up instead of replaced. */
  readonly adds?: boolean;
}

/** What stands in the store, as JSON. */
export interface AlertRecord extends Omit<AlertCondition, 'key' | 'adds' | 'samples'> {
  readonly queue: string;
  readonly state: 'firing' | 'resolved';
  readonly samples: readonly string[];
  readonly since: number;
  readonly lastSeen: number;
  readonly resolvedAt?: number;
  /** How often it was told since it fires. */
  readonly told: number;
  readonly toldAt?: number;
  readonly pending?: AlertPending;
}

/** What is still to be told, and to whom. */
export interface AlertPending {
  readonly state: 'firing' | 'repeated' | 'resolved';
  readonly dueAt: number;
  readonly tries: number;
  /** Channels that could not be reached, with the last error; absent before the first try. */
  readonly left?: Readonly<Record<string, string>>;
}

/** An operator's wish not to be told for a while. */
export interface SilenceRecord {
  readonly silences: { readonly queue?: string; readonly name?: string; readonly rule?: AlertRule };
  readonly since: number;
  readonly until: number;
  readonly actor: string;
  readonly reason: string;
}

export const SILENCE_PREFIX = '~silence:';
export const MOST_SAMPLES = 5;

export function isSilenced(
  record: Pick<AlertRecord, 'queue' | 'name' | 'rule'>,
  silences: readonly SilenceRecord[],
  now: number,
): boolean {
  return silences.some(
    ({ silences: what, until }) =>
      until > now &&
      (what.queue ?? record.queue) === record.queue &&
      (what.name === undefined || what.name === record.name) &&
      (what.rule ?? record.rule) === record.rule,
  );
}

export function noticeOf(key: string, record: AlertRecord, state: AlertNotice['state']): AlertNotice {
  const { rule, severity, what, since, lastSeen, count, queue, name, owner, runbook, lastError, samples } = record;
  return {
    ...{ id: alertId(queue, key), rule, state, severity, what, since, lastSeen, count, queue, samples },
    ...(name !== undefined && { name }),
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
    ...(lastError !== undefined && { lastError }),
  };
}

export function alertId(queue: string, key: string): string {
  return `${queue}/${key}`;
}
