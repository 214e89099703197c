import { formatJobId } from '../../core/job-id.js';
import type { ClaimedJob } from '../consumer.port.js';
import { decodeRecord, type LiveRecord } from './redis-codec.js';

/** What the script answers: now, next due time, letters, and groups of claimed jobs. */
export type TurnReply = readonly [now: string, due: string, letters: string, ...claims: (string | number)[]];

/** A claimed job, and what is still to be read of it. */
export interface Claim {
  readonly job: ClaimedJob;
  readonly hasSteps: boolean;
  readonly hasBigPayload: boolean;
}

interface Past {
  readonly failures: number;
  readonly stalls: number;
  readonly suspect: boolean;
  readonly cancelRequested: boolean;
  readonly hasSteps: boolean;
}

const NO_STEPS: ReadonlyMap<string, string> = new Map();
const NO_PAST: Past = { failures: 0, stalls: 0, suspect: false, cancelRequested: false, hasSteps: false };

export function claimsOf(queue: string, [, , , ...groups]: TurnReply): Claim[] {
  const claims: Claim[] = [];
  for (let at = 0; at < groups.length;) {
    const [line, common, jobs] = groups.slice(at, at + 3) as [string, string, number];
    const type = line.slice(0, line.lastIndexOf('@'));
    at += 3;
    for (let n = 0; n < Number(jobs); n++, at += 3) {
      const [member, record, special] = groups.slice(at, at + 3) as [string, string, string];
      claims.push(claimOf({ queue, type, common, member, record, special }));
    }
  }
  return claims;
}

interface RawClaim {
  readonly queue: string;
  readonly type: string;
  readonly common: string;
  readonly member: string;
  readonly record: string;
  readonly special: string;
}

function claimOf({ queue, type, common, member, record, special }: RawClaim): Claim {
  const slotKey = member.slice(0, member.indexOf('~'));
  const decoded = decodeRecord(record, slotKey) as LiveRecord;
  const { op, life, version, level, key, payload, overrides, enqueuedAt, expiresAt } = decoded;
  const pastEnd = special.indexOf('\n');
  const lease = special === '' ? common + decoded.line : special.slice(pastEnd + 1);
  const { failures, stalls, suspect, cancelRequested, hasSteps } =
    pastEnd > 0 ? past(special.slice(0, pastEnd)) : NO_PAST;
  const [token, , startedAt, attempt] = lease.slice(0, lease.indexOf('\n')).split('|').map(Number);
  const ref = { queue, type, slotKey, op };
  const job: ClaimedJob = {
    ...ref,
    id: formatJobId(ref),
    ...{ life, version, level, payload, enqueuedAt, lease, failures, stalls, suspect, cancelRequested },
    ...(key !== undefined && { key }),
    ...(overrides && { overrides }),
    attempt: attempt,
    fencingToken: token,
    startedAt: startedAt,
    steps: NO_STEPS,
    expired: expiresAt > 0 && expiresAt <= startedAt && attempt === 1 && life === 0,
  };
  return { job, hasSteps, hasBigPayload: decoded.big };
}

function past(text: string): Past {
  const [, failures, stalls, suspect, cancel, steps] = text.split('|');
  return {
    failures: Number(failures),
    stalls: Number(stalls),
    suspect: suspect === '1',
    cancelRequested: cancel === '1',
    hasSteps: steps === '1',
  };
}
