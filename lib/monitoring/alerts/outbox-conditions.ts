import type { DeadLetterSummary } from '../../core/job-snapshot.js';
import { cutText } from '../../core/text-limit.js';
import type { OutboxEntry } from '../../engine/maintenance.port.js';
import type { AlertCondition } from './alert-record.js';
import { severityOf } from './alert-severity.js';
import { cronCondition, isCronKind } from './cron-conditions.js';

const LONGEST_ERROR = 500;

/** What an outbox entry is an alert of. A kind that nobody knows here is one of its own, so that none is lost. */
export function conditionOf(entry: OutboxEntry): AlertCondition {
  const data = JSON.parse(entry.data) as Record<string, unknown>;
  switch (entry.kind) {
    case 'job.buried':
      return burial(data as unknown as DeadLetterSummary);
    case 'queue.ledger-broken':
      return ledgerCondition(entry.queue, data.findings as readonly { type: string; ids: readonly string[] }[]);
    case 'queue.memory-pressure':
      return {
        ...{ key: 'memory-pressure', rule: 'memory-pressure', severity: 'critical', count: 1 },
        what: `queue ${entry.queue}: dead letters take too much memory; paused: ${String(data.paused) || 'nothing more'}`,
      };
    case 'queue.no-worker':
      return noWorkerCondition(entry.queue, Number(data.waiting));
    case 'job.no-handler':
      return noHandlerCondition(String(data.type), Number(data.version), Number(data.waiting));
    default:
      return isCronKind(entry.kind) ? cronCondition(entry.kind, data) : foreign(entry, data);
  }
}

export function noWorkerCondition(queue: string, waiting: number): AlertCondition {
  return {
    ...{ key: 'no-worker', rule: 'no-worker', severity: 'critical', count: waiting },
    what: `queue ${queue}: ${waiting} jobs wait and no worker lives`,
  };
}

export function noHandlerCondition(name: string, version: number, waiting: number): AlertCondition {
  return {
    ...{ key: `no-handler:${name}@${version}`, rule: 'no-handler', severity: 'error', count: waiting, name },
    what: `${name}: no living worker handles version ${version}; ${waiting} jobs wait`,
  };
}

export function ledgerCondition(
  queue: string,
  findings: readonly { readonly type: string; readonly ids: readonly string[] }[],
): AlertCondition {
  const types = [...new Set(findings.map(({ type }) => type))];
  return {
    ...{ key: 'ledger-broken', rule: 'ledger-broken', severity: 'critical', count: findings.length },
    what: `queue ${queue}: the ledger is broken: what was accepted of ${types.join(', ')} is not where it should be`,
    samples: findings.flatMap(({ ids }) => ids),
  };
}

/** Of the dead letters that the alert counts; none where it counts all of a job. */
export function groupOf(key: string, { rule, name }: Pick<AlertCondition, 'rule' | 'name'>): string | undefined {
  const prefix = burialsOf(name);
  return rule === 'job-buried' && key.startsWith(prefix) ? key.slice(prefix.length) : undefined;
}

function burialsOf(name: string | undefined): string {
  return `job-buried:${name}:`;
}

function burial(letter: DeadLetterSummary): AlertCondition {
  const { id, name, reason, owner, runbook, severity, errorName, errorMessage, group } = letter;
  return {
    ...{
      key: `${burialsOf(name)}${group}`,
      rule: 'job-buried',
      severity: severityOf(severity),
      count: 1,
      adds: true,
      name,
    },
    what: `${name}: buried, ${reason}`,
    lastError: cutText(`${errorName}: ${errorMessage}`, LONGEST_ERROR),
    samples: [id],
    ...(owner !== undefined && { owner }),
    ...(runbook !== undefined && { runbook }),
  };
}

/** Of a newer version. */
function foreign({ kind, queue, data: text }: OutboxEntry, data: Record<string, unknown>): AlertCondition {
  const { name } = data;
  const known = typeof name === 'string' ? name : undefined;
  return {
    ...{ key: `${kind}:${known ?? ''}`, rule: 'cron', severity: 'error', count: 1, adds: true },
    ...(known !== undefined && { name: known }),
    what: `queue ${queue}: ${String(kind).replace(/[.-]/g, ' ')}: ${cutText(text, LONGEST_ERROR)}`,
  };
}
