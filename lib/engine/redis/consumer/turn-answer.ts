import { formatJobId } from '../../../core/job-id.js';
import type { ClaimedJob } from '../../consumer.port.js';
import { decodeRecord, type LiveRecord } from '../records/redis-codec.js';

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

/** Before the first group, and at the beginning of each. */
const ANSWER_HEAD = 3;
const GROUP_HEAD = 4;

export function claimsOf(queue: string, reply: TurnReply): Claim[] {
  const claims: Claim[] = [];
  for (let at = ANSWER_HEAD; at < reply.length;) {
    const [line, lease, jobs, special] = reply.slice(at, at + GROUP_HEAD) as [string, string, number, string];
    const type = line.slice(0, line.lastIndexOf('@'));
    const members = at + GROUP_HEAD;
    const records = members + jobs;
    const specials = records + jobs;
    for (let n = 0; n < jobs; n++) {
      const text = special === '1' ? (reply[specials + n] as string) : '';
      claims.push(claimOf(queue, type, lease, reply[members + n] as string, reply[records + n] as string, text));
    }
    at = special === '1' ? specials + jobs : specials;
  }
  return claims;
}

/** Written out, because it runs for every job: an object put together by spreading costs several times as much. */
function claimOf(queue: string, type: string, common: string, member: string, record: string, special: string): Claim {
  const slotKey = member.slice(0, member.indexOf('~'));
  const decoded = decodeRecord(record, slotKey) as LiveRecord;
  const { op, life, expiresAt } = decoded;
  const pastEnd = special.indexOf('\n');
  const lease = special === '' ? common : special.slice(pastEnd + 1);
  const { failures, stalls, suspect, cancelRequested, hasSteps } =
    pastEnd > 0 ? past(special.slice(0, pastEnd)) : NO_PAST;
  const [token, , startedAt, attempt] = lease.split('|');
  const began = Number(startedAt);
  const job: ClaimedJob = {
    queue,
    type,
    slotKey,
    op,
    id: formatJobId({ queue, type, slotKey, op }),
    life,
    version: decoded.version,
    level: decoded.level,
    key: decoded.key,
    payload: decoded.payload,
    overrides: decoded.overrides,
    enqueuedAt: decoded.enqueuedAt,
    attempt: Number(attempt),
    failures,
    stalls,
    lease,
    head: decoded.line,
    fencingToken: Number(token),
    startedAt: began,
    steps: NO_STEPS,
    suspect,
    expired: expiresAt > 0 && expiresAt <= began && attempt === '1' && life === 0,
    cancelRequested,
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
