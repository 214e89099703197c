import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Who runs an attempt: one start of a worker in one process. */
export interface WorkerIdentity {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
}

const LONGEST_HOST = 64;
/** With fewer, leases may be so short that Redis keeps a hash of them as a list, which is searched from its beginning. */
const RANDOM_BYTES = 10;

export function newWorkerIdentity(): WorkerIdentity {
  const host =
    hostname()
      .replace(/[^\w.-]/g, '-')
      .slice(0, LONGEST_HOST) || 'host';
  return { id: `${host}:${process.pid}:${randomBytes(RANDOM_BYTES).toString('hex')}`, host, pid: process.pid };
}
