import type { Cluster, Redis } from 'ioredis';
import { formatJobId } from '../../../core/job-id.js';
import { findingsOf, ledgerDifference, MOST_LEDGER_IDS, statsOfLine, type LedgerLine } from '../../ledger-findings.js';
import type { JobLedger, LedgerFinding, LedgerReading } from '../../ledger.port.js';
import type { RedisConnection } from '../connection/redis-connection.js';
import type { QueueKeys, RedisKeys } from '../redis-keys.js';

type Figures = readonly [line: string, ...figures: number[]];
type Looked = readonly [ghosts: number, isWhole: number, ...members: string[]];

/** Of each structure of a type, in one reading. */
const LOOKED_AT = 100;
/** Keys that are gone through in search of a record that stands nowhere. */
const SEARCHED_KEYS = 200_000;
const SEARCHED_AT_ONCE = 500;
/** A list longer than this is not looked through for a member. */
const LONGEST_SEARCHED_LIST = 5_000;

/** Reads the books of a queue: the figures in one script, and a sample of what stands behind them in small ones. */
export class RedisLedger implements Pick<JobLedger, 'readLedger' | 'lastLedger'> {
  constructor(
    private readonly connection: RedisConnection,
    private readonly keys: RedisKeys,
  ) {}

  async readLedger(queue: string): Promise<LedgerReading> {
    const keys = this.keys.queue(queue);
    const [at, ...figures] = await this.connection.run<[string, ...Figures[]]>('ledger', keys, [], []);
    const lines = figures.map(lineOf).sort(byName);
    const findings: LedgerFinding[] = [];
    for (const line of lines) {
      findings.push(...findingsOf(line));
      if (line.isListed) findings.push(...(await this.look(keys, line)));
    }
    if (lines.some((line) => ledgerDifference(line) > 0)) findings.push(...(await this.search(keys)));
    return { queue, at: Number(at), types: lines.map(statsOfLine), findings };
  }

  async lastLedger(queue: string): Promise<LedgerReading | undefined> {
    const text = await this.connection.command<string | null>('hget', this.keys.queue(queue).ledger, 'text');
    return text === null ? undefined : (JSON.parse(text) as LedgerReading);
  }

  private async look(keys: QueueKeys, { type, version }: LedgerLine): Promise<LedgerFinding[]> {
    const [ghosts, isWhole, ...found] = await this.connection.run<Looked>(
      'ledger-look',
      keys,
      [],
      [`${type}@${version}`, LOOKED_AT, Math.random()],
    );
    const lost: string[] = [];
    const waiting: string[] = [];
    for (let n = 0; n < found.length; n += 2) (found[n] === 'w' ? waiting : lost).push(found[n + 1]);
    // Some in the lists may be what cancelling and expiring leave behind; which of them, nobody knows.
    const left = isWhole === 1 ? Math.max(0, ghosts) : waiting.length;
    const astray = Math.max(0, waiting.length - left);
    if (lost.length + astray === 0) return [];
    const members = left === 0 ? [...lost, ...waiting] : lost;
    const ids = members.slice(0, MOST_LEDGER_IDS).map((member) => idOf(keys.queue, type, member));
    return [{ what: 'lost-members', type, version, amount: lost.length + astray, ids }];
  }

  /** Something was lost from its structure: its record may still be there. */
  private async search(keys: QueueKeys): Promise<LedgerFinding[]> {
    const homeless = new Map<string, string[]>();
    for (const node of this.nodes()) {
      let cursor = '0';
      for (let seen = 0; seen < SEARCHED_KEYS; seen += SEARCHED_AT_ONCE) {
        const [next, found] = await this.connection.within('scan', () =>
          node.scan(cursor, 'MATCH', `${globText(keys.record(''))}*`, 'COUNT', SEARCHED_AT_ONCE),
        );
        await this.searchAmong(keys, found, homeless);
        cursor = next;
        if (cursor === '0') break;
      }
    }
    return [...homeless].map(([line, ids]) => {
      const [type = '', version] = line.split('@');
      const told = [...new Set(ids)];
      return {
        ...{ what: 'homeless-records', type, version: Number(version), amount: told.length },
        ids: told.slice(0, MOST_LEDGER_IDS),
      };
    });
  }

  private async searchAmong(keys: QueueKeys, found: string[], homeless: Map<string, string[]>): Promise<void> {
    const places = found.map((key) => key.slice(keys.record('').length));
    if (places.length === 0) return;
    const answer = await this.connection.run<string[]>('ledger-search', keys, [], [LONGEST_SEARCHED_LIST, ...places]);
    for (let n = 0; n < answer.length; n += 2) {
      const [line, id] = [answer[n], `${keys.queue}~${answer[n + 1]}`];
      homeless.set(line, [...(homeless.get(line) ?? []), id]);
    }
  }

  private nodes(): readonly Redis[] {
    const { client } = this.connection;
    return client.isCluster ? (client as Cluster).nodes('master') : [client as Redis];
  }
}

function lineOf([line, ...figures]: Figures): LedgerLine {
  const at = line.lastIndexOf('@');
  const [scheduled, members, ghosts, active, dead, summaries, accepted, completed, cancelled, resolved] = figures as [
    ...[number, number, number, number, number],
    ...[number, number, number, number, number],
  ];
  const [isDueRight, isListed] = figures.slice(10);
  return {
    ...{ type: line.slice(0, at), version: Number(line.slice(at + 1)) },
    ...{ scheduled, waiting: members - ghosts, active, dead, accepted, completed, cancelled, resolved },
    skipped: Math.max(0, -ghosts),
    summaries,
    isDueRight: isDueRight === 1,
    isListed: isListed === 1,
  };
}

function byName(a: LedgerLine, b: LedgerLine): number {
  return a.type === b.type ? a.version - b.version : a.type < b.type ? -1 : 1;
}

function idOf(queue: string, type: string, member: string): string {
  const [slotKey = '', op = ''] = member.split('~');
  return formatJobId({ queue, type, slotKey, op });
}

function globText(text: string): string {
  return text.replace(/[\\*?[\]]/g, '\\$&');
}
