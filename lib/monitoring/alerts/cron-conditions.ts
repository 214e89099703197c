import type { CronAlert } from '../../engine/cron.port.js';
import { severityOf } from './alert-severity.js';
import type { AlertCondition } from './alert-record.js';

interface CronFacts {
  readonly name: string;
  readonly slot?: number;
  readonly slots?: number;
  readonly why?: string;
  readonly by?: string;
  readonly jobId?: string;
  readonly seenAt?: number;
  readonly ranMs?: number;
  readonly usuallyMs?: number;
  readonly owner?: string;
  readonly runbook?: string;
  readonly severity?: string;
}

const TEXTS: Readonly<Record<CronAlert['kind'], (facts: CronFacts) => string>> = {
  'cron.skipped': ({ why, by }) =>
    `a slot was skipped, ${why === 'overlap' ? 'because the run before it was not over' : String(why)}${by ? ` (${by})` : ''}`,
  'cron.missed': ({ slots = 1 }) => `${slots} slot(s) passed while nobody could run them`,
  'cron.lock-lost': () => 'a run lost its lock and was stopped; its slot is tried again',
  'cron.overdue': ({ slot }) => `nothing is known of the slot ${instant(slot)}: no instance has run it`,
  'cron.slow': ({ ranMs = 0, usuallyMs = 0 }) =>
    `a run has taken ${seconds(ranMs)}; of the last ones nearly all took no more than ${seconds(usuallyMs)}`,
  'cron.vanished': ({ seenAt }) =>
    `no process declares it since ${instant(seenAt)}. If it was removed on purpose, CronService.forget('<name>') says so`,
};

export function isCronKind(kind: string): kind is CronAlert['kind'] {
  return Object.hasOwn(TEXTS, kind);
}

/** One alert for each entry and kind; it counts how often. */
export function cronCondition(kind: CronAlert['kind'], data: Record<string, unknown>): AlertCondition {
  const facts = data as unknown as CronFacts;
  const { name, slot, jobId, owner, runbook, severity } = facts;
  const sample = jobId ?? (slot === undefined ? undefined : instant(slot));
  return {
    ...{ key: `${kind}:${name}`, rule: 'cron', severity: severityOf(severity), count: 1, adds: true, name },
    what: `cron ${name}: ${TEXTS[kind](facts).replace('<name>', name)}`,
    ...(sample !== undefined && { samples: [sample] }),
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
  };
}

function instant(ms: number | undefined): string {
  return ms === undefined ? 'unknown' : new Date(ms).toISOString();
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
