import type { Clock } from '../../core/clock.js';
import { formatJobId } from '../../core/job-id.js';
import {
  findingsOf,
  isNewTrouble,
  ledgerTrouble,
  MOST_LEDGER_IDS,
  statsOfLine,
  type LedgerLine,
} from '../ledger-findings.js';
import type { JobLedger, LedgerFinding, LedgerReading } from '../ledger.port.js';
import { MemoryJob } from './memory-job.js';
import type { MemoryQueue, VersionLine } from './memory-queue.js';
import type { MemoryStore } from './memory-store.js';

export class MemoryLedger implements JobLedger {
  constructor(
    private readonly store: MemoryStore,
    private readonly clock: Clock,
  ) {}

  async readLedger(name: string): Promise<LedgerReading> {
    const queue = this.store.find(name);
    const lines = [...(queue?.lines() ?? [])].sort(byName);
    const read = lines.map(readLine);
    const findings = read.flatMap((line, index) => [...findingsOf(line), ...lookAt(queue!, lines[index])]);
    return { queue: name, at: this.clock.now(), types: read.map(statsOfLine), findings };
  }

  async keepLedger(reading: LedgerReading): Promise<boolean> {
    const queue = this.store.queue(reading.queue);
    const before = queue.ledger ? ledgerTrouble(queue.ledger) : '';
    queue.ledger = structuredClone(reading);
    if (!isNewTrouble(ledgerTrouble(reading), before)) return false;
    const { at, findings } = reading;
    queue.outbox.write('queue.ledger-broken', this.clock.now(), JSON.stringify({ queue: reading.queue, at, findings }));
    return true;
  }

  async lastLedger(name: string): Promise<LedgerReading | undefined> {
    return structuredClone(this.store.find(name)?.ledger);
  }

  async takeDuty(name: string, duty: string, everyMs: number): Promise<boolean> {
    const { duties } = this.store.queue(name);
    const now = this.clock.now();
    if ((duties.get(duty) ?? 0) > now) return false;
    duties.set(duty, now + everyMs);
    return true;
  }
}

function readLine(line: VersionLine): LedgerLine {
  const { type, version, accepted, completed, cancelled, resolved, waiting } = line;
  return {
    ...{ type, version, accepted, completed, cancelled, resolved, waiting },
    ...{ scheduled: line.scheduled.size, active: line.active.size, dead: line.dead.size },
    ...{ skipped: 0, summaries: line.dead.size, isDueRight: true, isListed: true },
  };
}

/** Here every member and every record can be looked at. */
function lookAt(queue: MemoryQueue, line: VersionLine): LedgerFinding[] {
  const { type, version } = line;
  const { slots } = queue.type(type);
  const dead = [...line.dead.before(Infinity)].map(({ value }) => value);
  const lists = [line.suspects, ...line.levels].flatMap((list) => [...list]);
  const standing = new Set([...lists, ...line.scheduled, ...line.active, ...dead]);
  const lost = [...standing].filter((job) => slots.get(job.slotKey) !== job);
  const homeless = [...slots.values()].filter(
    (job): job is MemoryJob => job instanceof MemoryJob && job.version === version && !standing.has(job),
  );
  const told: [LedgerFinding['what'], readonly MemoryJob[]][] = [
    ['lost-members', lost],
    ['homeless-records', homeless],
  ];
  return told.flatMap(([what, jobs]) => {
    const ids = jobs.slice(0, MOST_LEDGER_IDS).map((job) => formatJobId(job));
    return jobs.length === 0 ? [] : [{ what, type, version, amount: jobs.length, ids }];
  });
}

function byName(a: VersionLine, b: VersionLine): number {
  return a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1;
}
